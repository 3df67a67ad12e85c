// Subdocuments: documents that stand as values in an Array, Map or XmlFragment of another one.
//
// The outer document stores a subdocument's guid and options and nothing of its contents, which
// travel by themselves. Who owns what: the outer Doc owns the table of its subdocuments, SubDoc is
// a handle into it, and the embedding program makes, fills and destroys the Doc that goes with a
// guid, when the event `loaded` tells it to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <weft/id.hpp>
#include <weft/value.hpp>

namespace weft {

namespace document {
class DocState;
}

/// A subdocument that is to be inserted (the options of Yjs's Doc).
struct SubDocOptions {
  /// Names the subdocument everywhere. The engine has no random source: draw a UUID.
  std::string guid;
  /// False: deleted content is kept. Peers learn of it.
  bool gc = true;
  /// True: peers load the subdocument as soon as they see it.
  bool auto_load = false;
  /// True: it counts as loaded here from the start. Peers do not learn of it.
  bool should_load = true;
  /// Anything that peers should know without loading it; Null for nothing.
  Value meta = Null{};

  friend bool operator==(const SubDocOptions&, const SubDocOptions&) = default;
};

/// One instance of a subdocument, as a Doc object is one in Yjs: `destroy` replaces it by a fresh,
/// unloaded one with the same guid. A handle is valid as long as the outer Doc; once the event that
/// names it as removed has passed, it reads as empty and does nothing.
class SubDoc {
 public:
  SubDoc(document::DocState* doc, std::uint32_t number) : doc_(doc), number_(number) {}

  /// False once it was removed or destroyed, and the event that tells so has passed.
  bool exists() const;
  std::string guid() const;
  bool gc() const;
  bool auto_load() const;
  Value meta() const;
  /// True once somebody wants its contents.
  bool should_load() const;
  /// The client id that its Doc takes: that of the outer document (Yjs does so).
  ClientId client_id() const;

  /// Asks for its contents: the event `subdocs` names it as loaded, unless it was before
  /// (Yjs Doc.load). Opens a transaction where none is open.
  void load();
  /// Ends this instance: the event names it as removed, and as added the fresh one that takes its
  /// place, unless the outer document deleted it (Yjs Doc.destroy).
  void destroy();

  document::DocState* doc() const { return doc_; }
  std::uint32_t number() const { return number_; }

  friend bool operator==(const SubDoc&, const SubDoc&) = default;

 private:
  document::DocState* doc_;
  std::uint32_t number_;
};

/// What a transaction did to subdocuments, each list in the order in which it happened.
struct SubdocsEvent {
  std::vector<SubDoc> loaded;
  std::vector<SubDoc> added;
  std::vector<SubDoc> removed;
};

}  // namespace weft
