// The subdocuments of one document. Source: Yjs ContentDoc, Doc.subdocs, Doc.load, Doc.destroy.
//
// What Yjs has as a Doc object is an entry here, under a number that is never used again. An item
// of kind doc names its present entry through its id; `destroy` gives the item a new one. An entry
// lives until the event that tells of its end has passed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <weft/bytes.hpp>

#include "store/flat_map.hpp"
#include "store/item.hpp"

namespace weft::document {

using SubdocNumber = std::uint32_t;

struct Subdoc {
  store::DenseId item;  // whose content it is; none once it was destroyed
  std::string guid;
  Bytes options;            // an any object: `gc` false, `autoLoad` true, `meta`
  std::uint64_t place = 0;  // in the order of Subdocs::present; 0: not among them
  bool should_load = false;
};

/// A JavaScript Set of subdocuments.
class SubdocSet {
 public:
  void add(SubdocNumber number) {
    if (members_.insert(number).second) order_.push_back(number);
  }
  bool erase(SubdocNumber number) { return members_.erase(number) > 0; }
  std::vector<SubdocNumber> list() const {
    std::vector<SubdocNumber> numbers;
    for (const SubdocNumber number : order_) {
      if (members_.contains(number)) numbers.push_back(number);
    }
    return numbers;
  }

 private:
  std::vector<SubdocNumber> order_;  // erased ones included; nothing comes back
  std::unordered_set<SubdocNumber> members_;
};

/// What one transaction did to subdocuments.
struct SubdocChanges {
  SubdocSet loaded;
  SubdocSet added;
  SubdocSet removed;
};

class Subdocs {
 public:
  explicit Subdocs(std::uint64_t seed) : by_item_(seed) {}

  /// Null for a number whose entry is gone.
  Subdoc* find(SubdocNumber number);

  /// The present entry of an item, or nothing.
  std::optional<SubdocNumber> of_item(store::DenseId item) const;
  SubdocNumber make(Subdoc subdoc);
  /// The item lets go of its entry, which stays until `drop`.
  void detach(Subdoc& subdoc);
  void drop(SubdocNumber number);

  /// Those that the document has, in the order of their arrival (Yjs Doc.subdocs).
  std::vector<SubdocNumber> present() const;
  void set_present(SubdocNumber number, bool present);

 private:
  static std::uint64_t key(store::DenseId item) {
    return (std::uint64_t{item.client} << 32) | item.clock;
  }

  std::map<SubdocNumber, Subdoc> entries_;
  std::map<std::uint64_t, SubdocNumber> present_;
  store::FlatMap by_item_;
  SubdocNumber next_ = 1;
  std::uint64_t next_place_ = 1;
};

}  // namespace weft::document
