// Merges update files without making a document: merge_files OUT IN...
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <weft/error.hpp>
#include <weft/update.hpp>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: merge_files OUT IN...\n";
    return 2;
  }
  std::vector<weft::Bytes> updates;
  for (int i = 2; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    if (!in) {
      std::cerr << argv[i] << ": cannot be read\n";
      return 1;
    }
    updates.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }

  const std::vector<weft::ByteView> views(updates.begin(), updates.end());
  const auto merged = weft::merge_updates(views);
  if (!merged) {
    std::cerr << weft::message(merged.error()) << "\n";
    return 1;
  }
  std::ofstream out(argv[1], std::ios::binary);
  out.write(reinterpret_cast<const char*>(merged->data()),
            static_cast<std::streamsize>(merged->size()));
  out.close();
  if (!out) {
    std::cerr << argv[1] << ": cannot be written\n";
    return 1;
  }
  std::cout << updates.size() << " updates merged into " << merged->size() << " bytes\n";
}
