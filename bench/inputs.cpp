#include "inputs.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace bench {

namespace {

namespace fs = std::filesystem;

fs::path folder() {
  const char* name = std::getenv("WEFT_BENCH_INPUTS");
  return name == nullptr ? fs::path() : fs::path(name);
}

weft::Bytes read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> files(const std::string& extension) {
  std::vector<fs::path> found;
  if (folder().empty()) return found;
  for (const auto& entry : fs::directory_iterator(folder())) {
    if (entry.path().extension() == extension) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void cut(Log& log) {
  for (std::size_t at = 0; at < log.bytes.size();) {
    std::size_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint8_t byte = log.bytes[at++];
      size |= std::size_t{byte & 0x7FU} << shift;
      if (byte < 0x80) break;
    }
    log.updates.emplace_back(log.bytes.data() + at, size);
    at += size;
  }
}

}  // namespace

std::vector<Log> read_logs() {
  std::vector<Log> logs;
  for (const fs::path& path : files(".framed")) {
    Log& log = logs.emplace_back();
    log.name = path.stem().string();
    log.bytes = read(path);
    log.state = read(fs::path(path).replace_extension(".state"));
    cut(log);
  }
  return logs;
}

std::vector<Edit> read_edits(const std::string& name) {
  std::vector<Edit> edits;
  std::ifstream file(folder() / (name + ".edits"), std::ios::binary);
  Edit edit;
  std::size_t size = 0;
  while (file >> edit.position >> edit.removed >> size && file.get() == ' ') {
    edit.inserted.resize(size);
    file.read(edit.inserted.data(), static_cast<std::streamsize>(size));
    edits.push_back(edit);
  }
  return edits;
}

std::vector<Whole> read_wholes() {
  std::vector<Whole> wholes;
  for (const fs::path& path : files(".v2")) wholes.push_back({path.stem().string(), read(path)});
  return wholes;
}

}  // namespace bench
