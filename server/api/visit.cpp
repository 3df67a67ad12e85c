#include "api/visit.hpp"

#include <utility>

namespace weft::api {

Visit::Visit(session::Registry& registry, std::string_view document, std::int64_t now_ms,
             Reply reply, Work work)
    : registry_(registry),
      doc_(registry.open(document)),
      reply_(std::move(reply)),
      work_(std::move(work)),
      now_ms_(now_ms) {}

void Visit::begin(session::Registry& registry, std::string_view document, std::int64_t now_ms,
                  Reply reply, Work work) {
  const auto visit =
      std::make_shared<Visit>(registry, document, now_ms, std::move(reply), std::move(work));
  visit->self_ = visit;
  visit->doc_->join(*visit, now_ms);
}

void Visit::reply(HttpResponse response) {
  if (!reply_) return;
  std::exchange(reply_, nullptr)(std::move(response));
  leave();
}

Reply Visit::pass_on() {
  leave();
  return std::exchange(reply_, nullptr);
}

// When the loop turns: the document is calling it now.
void Visit::leave() {
  registry_.environment().post(
      [self = std::move(self_)] { self->doc_->leave(*self, self->now_ms_); });
}

void Visit::reply_when_stored(HttpResponse response) {
  if (doc_->all_stored()) return reply(std::move(response));
  when_stored_ = std::move(response);
  doc_->wait_until_stored(*this, doc_->sequence());
}

void Visit::on_stored() { reply(std::move(when_stored_)); }

void Visit::on_end(std::uint16_t, std::string_view reason) {
  HttpResponse response = text_response(503, reason);
  response.headers.emplace_back("Retry-After", "1");
  reply(std::move(response));
}

}  // namespace weft::api
