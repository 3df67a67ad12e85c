// What the users map holds, and what is written into it. Source: Yjs PermanentUserData.
#include <weft/permanent_user_data.hpp>

namespace weft {

namespace {

// The array `name` of a user's entry.
std::optional<Array> list_of(const Map& users, std::string_view user, std::string_view name) {
  const auto entry = as<Map>(users.get(user));
  return entry ? as<Array>(entry->get(name)) : std::nullopt;
}

}  // namespace

PermanentUserData::PermanentUserData(Doc& doc, std::string_view root)
    : doc_(&doc), users_(doc.map(root)) {
  for (const std::string& user : users_.keys()) read_user(user);
  subscriptions_.push_back(
      users_.observe_deep([this](std::span<const Event> events) { follow(events); }));
}

void PermanentUserData::read_client(const Element& element, const std::string& user) {
  const auto* value = std::get_if<Value>(&element);
  const auto* number = value == nullptr ? nullptr : value->get_if<double>();
  if (number == nullptr || !(*number >= 0 && *number <= 0x1F'FFFF'FFFF'FFFF)) return;
  clients_[static_cast<ClientId>(*number)] = user;
}

void PermanentUserData::read_deletes(const Element& element, const std::string& user) {
  const auto* value = std::get_if<Value>(&element);
  const auto* bytes = value == nullptr ? nullptr : value->get_if<Bytes>();
  if (bytes == nullptr) return;
  const auto set = IdSet::decode(*bytes);
  if (!set) return;
  IdSet& deletes = deletes_[user];
  const IdSet both[] = {std::move(deletes), *set};
  deletes = merge_id_sets(both);
}

void PermanentUserData::read_user(const std::string& user) {
  deletes_[user] = {};
  if (const auto list = list_of(users_, user, "ds")) {
    for (const Element& element : list->elements()) read_deletes(element, user);
  }
  if (const auto list = list_of(users_, user, "ids")) {
    for (const Element& element : list->elements()) read_client(element, user);
  }
}

void PermanentUserData::follow(std::span<const Event> events) {
  for (const Event& event : events) {
    const Path path = event.path();
    if (path.empty()) {
      for (const std::string& user : event.keys_changed()) {
        read_user(user);
        const auto mine = mapped_.find(user);
        if (mine != mapped_.end() && users_.get(user) != Element(mine->second)) {
          unwritten_.push_back({.user = user, .deletes = std::nullopt});
        }
      }
      continue;
    }
    if (path.size() != 2) continue;
    const auto* user = std::get_if<std::string>(&path[0]);
    const auto* name = std::get_if<std::string>(&path[1]);
    if (user == nullptr || name == nullptr) continue;
    for (const SequenceChange& change : event.delta()) {
      for (const Element& element : change.inserted) {
        if (*name == "ids") read_client(element, *user);
        if (*name == "ds") read_deletes(element, *user);
      }
    }
  }
}

Result<void> PermanentUserData::set_user_mapping(ClientId client, std::string_view user,
                                                 Filter filter) {
  const std::string name(user);
  if (!as<Map>(users_.get(name))) {
    Transaction txn = doc_->transact();
    const auto made =
        users_.set(txn, name, Prelim::map({{"ids", Prelim::array()}, {"ds", Prelim::array()}}));
    if (!made) return made;
  }
  if (auto pushed = push(name, "ids", static_cast<double>(client)); !pushed) return pushed;
  mapped_.insert_or_assign(name, std::get<SharedType>(users_.get(name)));
  subscriptions_.push_back(
      doc_->on(DocEvent::after_transaction,
               [this, name, filter = std::move(filter)](const TransactionEvent& event) {
                 if (!event.local()) return;
                 IdSet deletes = event.delete_set();
                 if (deletes.empty() || (filter && !filter(event))) return;
                 unwritten_.push_back({.user = name, .deletes = std::move(deletes)});
               }));
  return {};
}

Result<void> PermanentUserData::push(const std::string& user, std::string_view name,
                                     const Value& value) {
  auto list = list_of(users_, user, name);
  if (!list) return std::unexpected(Error{Errc::wrong_type});
  Transaction txn = doc_->transact();
  return list->push(txn, std::span(&value, 1));
}

Result<void> PermanentUserData::write(const Unwritten& unwritten) {
  if (unwritten.deletes) return push(unwritten.user, "ds", unwritten.deletes->encode());
  const Element entry = users_.get(unwritten.user);
  const auto* now = std::get_if<SharedType>(&entry);
  if (now == nullptr || *now == mapped_.at(unwritten.user)) return {};
  mapped_.insert_or_assign(unwritten.user, *now);
  for (const auto& [client, user] : std::map(clients_)) {
    if (user != unwritten.user) continue;
    if (auto pushed = push(user, "ids", static_cast<double>(client)); !pushed) return pushed;
  }
  return push(unwritten.user, "ds", IdSet(deletes_[unwritten.user]).encode());
}

Result<void> PermanentUserData::flush() {
  Result<void> result;
  for (const Unwritten& unwritten : std::exchange(unwritten_, {})) {
    if (auto written = write(unwritten); !written) result = written;
  }
  return result;
}

std::optional<std::string> PermanentUserData::user_by_client_id(ClientId client) const {
  const auto found = clients_.find(client);
  return found == clients_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> PermanentUserData::user_by_deleted_id(Id id) const {
  for (const auto& [user, deletes] : deletes_) {
    if (deletes.contains(id)) return user;
  }
  return std::nullopt;
}

}  // namespace weft
