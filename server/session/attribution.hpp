// Who did what in a document: for each user, which ids they inserted and which they deleted.
//
// It lives beside the document, in its checkpoint, and grows with it: ids are never used twice, so
// one attribution answers for all versions there will ever be. What nobody in particular did is not
// in it. Who deletes what another one has deleted at the same time is not told.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <weft/bytes.hpp>
#include <weft/content_ids.hpp>
#include <weft/error.hpp>
#include <weft/id.hpp>

namespace weft::session {

class Attribution {
 public:
  /// Takes what encode() gave. Errors: those of ContentMap::decode; nothing is changed then.
  Result<void> load(ByteView stored);

  /// Everything in `update` that is still nobody's is `user`'s. Only copies it: a keystroke, and
  /// the opening of a long log, must not wait for this. O(bytes).
  void add(std::string_view user, ByteView update, Encoding encoding);
  /// Reads up to `count` of the updates that were added. For when there is time.
  void digest(std::size_t count);

  /// In the form of @y/y 14: {insert: user} and {delete: user}. Empty where nothing is known.
  Bytes encode();
  /// As encode, unencoded. Valid until something is added.
  const ContentMap& map();

 private:
  struct Waiting {
    std::size_t user;
    std::size_t bytes;
    Encoding encoding;
  };
  std::size_t number_of(std::string_view user);

  ContentMap known_;
  std::vector<std::string> users_;
  std::map<std::string, std::size_t, std::less<>> numbers_;  // of users_
  std::vector<ContentIds> recent_;                           // by user; not yet in known_
  std::vector<Waiting> waiting_;                             // not yet in recent_
  std::size_t next_ = 0;                                     // of waiting_
  Bytes bytes_;                                              // of those that wait
  std::size_t next_byte_ = 0;
};

}  // namespace weft::session
