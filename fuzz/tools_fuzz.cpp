// Arbitrary files to the tools of the command line, as one update or as a log of many: all take it,
// or all say what is wrong with it; and what they write they can read.
//
// Input: a byte of choices (bit 0: V2; bit 1: a log, --framed; bit 2: as Yjs 14; bit 3: JSON), then
// the file.
//
// Reaches: server/cli/updates.cpp server/cli/inspect.cpp server/cli/export.cpp server/cli/merge.cpp
// Reaches: server/cli/diff.cpp server/cli/convert.cpp server/cli/compact.cpp
// server/cli/document.cpp Reaches: server/cli/state_vector.cpp
#include <optional>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/doc.hpp>
#include <weft/value.hpp>

#include "cli/command.hpp"
#include "target.hpp"

namespace {

using namespace weft;

// Few bytes of V2 can claim thousands of structs, of which documents believe fewer than tools do.
constexpr double kStructsMax = 1000;

// A file in memory, by the name that any process may open it by.
class File {
 public:
  File() : fd_(memfd_create("fuzz", MFD_CLOEXEC)) { WEFT_PROMISE(fd_ >= 0); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }
  int fd() const { return fd_; }

  void put(ByteView bytes) const {
    WEFT_PROMISE(ftruncate(fd_, 0) == 0);
    WEFT_PROMISE(pwrite(fd_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  }
  Bytes take() const {
    Bytes bytes(static_cast<std::size_t>(lseek(fd_, 0, SEEK_END)));
    WEFT_PROMISE(pread(fd_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    WEFT_PROMISE(ftruncate(fd_, 0) == 0 && lseek(fd_, 0, SEEK_SET) == 0);
    return bytes;
  }

 private:
  int fd_;
};

class Tools {
 public:
  Tools() { WEFT_PROMISE(dup2(out_.fd(), STDOUT_FILENO) >= 0); }

  /// What the tool writes for `file`; nothing: it refuses the file.
  std::optional<Bytes> run(ByteView file, std::uint8_t choices, const cli::Command& tool,
                           std::vector<std::string_view> arguments = {}) const {
    in_.put(file);
    const std::string path = in_.path();
    arguments.push_back(path);
    arguments.push_back((choices & 1) != 0 ? "--from=v2" : "--from=v1");
    if ((choices & 2) != 0) arguments.push_back("--framed");
    if ((choices & 4) != 0) arguments.push_back("--compat=14");
    const auto outcome = tool.run(arguments);
    Bytes written = out_.take();
    if (outcome) return written;
    WEFT_PROMISE(outcome.error().exit == cli::Exit::input_wrong);
    WEFT_PROMISE(!outcome.error().message.empty());
    return std::nullopt;
  }

 private:
  File in_;
  File out_;
};

double structs_of(const Bytes& report) {
  const auto value = Value::from_json(as_text(report));
  WEFT_PROMISE(value.has_value());
  return std::get<double>(value->find("structs")->variant());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const Tools all;
  static const File second;
  const bool v2 = (data[0] & 1) != 0;
  const bool json = (data[0] & 8) != 0;
  const ByteView file(data + 1, size - 1);
  const auto report = all.run(file, data[0], cli::kInspect, {"--json"});
  const bool valid = report.has_value();
  WEFT_PROMISE(all.run(file, data[0], cli::kInspect).has_value() == valid);
  if (valid && structs_of(*report) > kStructsMax) return 0;
  const auto merged = all.run(file, data[0], cli::kMerge);
  WEFT_PROMISE(merged.has_value() == valid);
  const auto vector = all.run(file, data[0], cli::kStateVector);
  const auto converted = all.run(file, data[0], cli::kConvert, {v2 ? "--to=v1" : "--to=v2"});
  WEFT_PROMISE(vector.has_value() == valid && converted.has_value() == valid);
  if (!valid) return 0;
  second.put(*vector);
  const std::string since = "--since=" + second.path();
  if (json) WEFT_PROMISE(all.run(file, data[0], cli::kStateVector, {"--json"}).has_value());

  const auto single = static_cast<std::uint8_t>(data[0] & ~2U);
  const auto rest = all.run(file, data[0], cli::kDiff, {since});
  WEFT_PROMISE(rest && all.run(*rest, single, cli::kInspect).has_value());
  WEFT_PROMISE(all.run(*merged, single, cli::kInspect).has_value());
  WEFT_PROMISE(
      all.run(*converted, static_cast<std::uint8_t>(data[0] ^ 1U), cli::kInspect).has_value());
  // Which say on stderr what waits for something.
  Doc doc;
  WEFT_PROMISE(doc.apply_update(*merged, v2 ? Encoding::v2 : Encoding::v1).has_value());
  if (doc.has_pending()) return 0;
  const auto contents = all.run(file, data[0], cli::kExport, {});
  const auto state = all.run(file, data[0], cli::kCompact, {});
  WEFT_PROMISE(contents && Value::from_json(as_text(*contents)).has_value());
  WEFT_PROMISE(state && all.run(*state, single, cli::kExport).has_value());
  return 0;
}
