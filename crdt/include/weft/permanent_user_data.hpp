// Who wrote and who deleted what, kept in the document itself: for each user a map with the client
// ids under which they wrote and the delete sets of their transactions. Source: Yjs
// PermanentUserData.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weft/doc.hpp>
#include <weft/event.hpp>
#include <weft/id.hpp>
#include <weft/id_set.hpp>

namespace weft {

/// Must not outlive its document, whose Doc is not moved meanwhile; stays where it was made.
class PermanentUserData {
 public:
  /// Reads and follows the root map of that name. Entries of another form are passed over.
  explicit PermanentUserData(Doc& doc, std::string_view root = "users");
  PermanentUserData(const PermanentUserData&) = delete;
  PermanentUserData& operator=(const PermanentUserData&) = delete;

  /// False: what this transaction deleted is not recorded.
  using Filter = std::function<bool(const TransactionEvent&)>;

  /// From now on local transactions of this document, and `client`, are those of `user`. Writes
  /// the client id at once. Errors: those of Map::set.
  [[nodiscard]] Result<void> set_user_mapping(ClientId client, std::string_view user,
                                              Filter filter = {});

  /// What local transactions deleted is written by `flush`, which the program calls when it is
  /// done with them (Yjs does so with a timer, which the engine has not). Each is a transaction of
  /// its own.
  [[nodiscard]] Result<void> flush();
  bool has_unwritten() const { return !unwritten_.empty(); }

  /// Who wrote under that client id (Yjs getUserByClientId). O(log clients).
  std::optional<std::string> user_by_client_id(ClientId client) const;
  /// Who deleted that unit, as far as it was recorded (Yjs getUserByDeletedId). O(users * log).
  std::optional<std::string> user_by_deleted_id(Id id) const;

 private:
  struct Unwritten {
    std::string user;
    std::optional<IdSet> deletes;  // nothing: somebody put another entry in the user's place
  };

  void read_user(const std::string& user);
  void read_client(const Element& element, const std::string& user);
  void read_deletes(const Element& element, const std::string& user);
  void follow(std::span<const Event> events);
  [[nodiscard]] Result<void> write(const Unwritten& unwritten);
  [[nodiscard]] Result<void> push(const std::string& user, std::string_view name,
                                  const Value& value);

  Doc* doc_;
  Map users_;
  std::map<ClientId, std::string> clients_;
  std::map<std::string, IdSet> deletes_;
  std::map<std::string, SharedType> mapped_;  // users of this replica: the entry that is theirs
  std::vector<Unwritten> unwritten_;
  std::vector<Subscription> subscriptions_;
};

}  // namespace weft
