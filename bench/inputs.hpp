// What the programs are measured on: logs of updates that `inputs.mjs` has made with Yjs, each with
// the state that Yjs ends with; and a text that is typed here.
#pragma once

#include <string>
#include <vector>

#include <weft/bytes.hpp>

namespace bench {

/// One log: NAME.framed (each update a varuint length and its bytes) and NAME.state.
struct Log {
  std::string name;
  weft::Bytes bytes;
  std::vector<weft::ByteView> updates;  // in `bytes`
  weft::Bytes state;                    // encodeStateAsUpdate of Yjs
};

/// The logs in the folder that WEFT_BENCH_INPUTS names, by name.
std::vector<Log> read_logs();

/// NAME.edits of that folder: positions, deleted units, inserted text, as typePatches has them.
struct Edit {
  std::uint32_t position;
  std::uint32_t removed;
  std::string inserted;
};
std::vector<Edit> read_edits(const std::string& name);

/// A document as one V2 update: NAME.v2.
struct Whole {
  std::string name;
  weft::Bytes v2;
};
std::vector<Whole> read_wholes();

}  // namespace bench
