// Who wrote and who deleted what, kept in the document.
#include <weft/permanent_user_data.hpp>

#include "c/handles.hpp"

using namespace weft::c;  // NOLINT(google-build-using-namespace): the room's own names

struct weft_users {
  weft_users(weft::Doc& doc, std::string_view root) : data(doc, root) {}

  weft::PermanentUserData data;
};

namespace {

weft_status give_user(const std::optional<std::string>& user, weft_bytes* out) {
  if (!user) return WEFT_NOT_FOUND;
  *out = give(*user);
  return WEFT_OK;
}

}  // namespace

extern "C" {

weft_users* weft_users_new(weft_doc* doc, const char* root, size_t size) {
  return std::make_unique<weft_users>(doc->doc, view(root, size)).release();
}

void weft_users_free(weft_users* users) { std::unique_ptr<weft_users>(users).reset(); }

weft_status weft_users_map(weft_users* users, uint64_t client, const char* user, size_t size) {
  return status(users->data.set_user_mapping(client, view(user, size)));
}

weft_status weft_users_flush(weft_users* users) { return status(users->data.flush()); }

weft_status weft_users_of_client(const weft_users* users, uint64_t client, weft_bytes* out) {
  return give_user(users->data.user_by_client_id(client), out);
}

weft_status weft_users_of_deleted(const weft_users* users, uint64_t client, uint64_t clock,
                                  weft_bytes* out) {
  return give_user(users->data.user_by_deleted_id({client, clock}), out);
}

}  // extern "C"
