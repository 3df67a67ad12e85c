// Updates without a document: single passes over bytes, memory within a small multiple of them.
// Every function returns an error, never a partial result, when an input is malformed.
#pragma once

#include <span>

#include <weft/bytes.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>
#include <weft/id_set.hpp>
#include <weft/state_vector.hpp>

namespace weft {

/// Yjs mergeUpdates: one update with everything that `updates` hold; holes become Skip structs.
/// One input comes back as it is, none gives the empty update. As in Yjs 13, structs may be lost of
/// an update that no Yjs writes: one whose sections do not stand from the highest client to the
/// lowest, or with structs of length 0. O(bytes * log updates).
Result<Bytes> merge_updates(std::span<const ByteView> updates, Encoding encoding = Encoding::v1,
                            Compat compat = Compat::v13);

/// Yjs diffUpdate: what `update` holds beyond `since`; its delete set stays whole. O(bytes).
Result<Bytes> diff_update(ByteView update, const StateVector& since,
                          Encoding encoding = Encoding::v1, Compat compat = Compat::v13);

/// Yjs encodeStateVectorFromUpdate, as the value: clients whose structs start at clock 0, up to
/// their first hole. Entries stand in update order there; encode() of this value sorts them.
/// O(bytes).
Result<StateVector> state_vector_from_update(ByteView update, Encoding encoding = Encoding::v1);

/// Yjs encodeStateVectorFromUpdate to the byte: entries in the order of the update's sections.
Result<Bytes> encode_state_vector_from_update(ByteView update, Encoding encoding = Encoding::v1);

/// Yjs convertUpdateFormatV1ToV2 and convertUpdateFormatV2ToV1. O(bytes).
Result<Bytes> convert_update(ByteView update, Encoding from, Encoding to,
                             Compat compat = Compat::v13);

/// What obfuscate_update hides besides texts, values and keys of maps.
struct ObfuscateOptions {
  bool formatting = true;  // names and values of formats
  bool subdocs = true;     // guids and options of subdocuments
  bool yxml = true;        // node names and hook names; @y/y 14 calls this option `name`
};

/// Yjs obfuscateUpdate: the same structs with numbers in the place of what people wrote, so that a
/// broken document can be shown to others. Names of root types and who wrote when stay readable.
/// O(bytes log names); the result has at most about eight bytes for each of the update.
Result<Bytes> obfuscate_update(ByteView update, const ObfuscateOptions& options = {},
                               Encoding encoding = Encoding::v1, Compat compat = Compat::v13);

/// What an update covers: for each client the first clock and the end of its last struct.
struct UpdateMeta {
  StateVector from;
  StateVector to;
};

/// Yjs parseUpdateMeta. O(bytes).
Result<UpdateMeta> parse_update_meta(ByteView update, Encoding encoding = Encoding::v1);

/// Decodes the whole of `update` and builds nothing. O(bytes).
Result<void> validate_update(ByteView update, Encoding encoding = Encoding::v1);

/// The update that holds nothing: `00 00` in V1, 13 bytes in V2.
Bytes empty_update(Encoding encoding = Encoding::v1);

}  // namespace weft
