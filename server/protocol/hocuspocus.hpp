// The Hocuspocus wire, for providers 2, 3 and 4: one socket, many documents. Source: Hocuspocus
// ClientConnection.
//
// A frame is an address, a type and a body. The address is a document's name, behind which a
// provider of 4.x may write a zero byte and its own name, so that one socket has the same document
// twice; answers carry the address as the client wrote it.
//
// A document begins with the client's token; what comes before is kept, within bounds. A provider
// of 2.x without a token sends none and begins with a step 1. Who is denied may try again; other
// documents of the socket do not notice.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "access/grant.hpp"
#include "protocol/channel.hpp"
#include "protocol/hocuspocus_session.hpp"

namespace weft::protocol {

class HocuspocusSocket final : public Wire {
 public:
  /// Makes the session of a document; the function that it is given must be called, on the socket's
  /// thread, when the document is over.
  using Open = std::function<std::unique_ptr<DocumentChannel>(const HocuspocusPlace&,
                                                              std::function<void()> ended)>;

  /// Decides what the bearer of a token may do with a document.
  using Enter = std::function<std::expected<access::Grant, access::Denial>(
      std::string_view token, std::string_view document)>;

  struct Options {
    bool relay_stateless = false;
    session::SocketLimits limits = {};
  };

  /// `transport` must outlive this.
  HocuspocusSocket(Enter enter, Open open, Options options, Transport& transport,
                   std::int64_t now_ms);

  void on_message(ByteView message, std::int64_t now_ms) override;
  void on_drained() override;
  void tick(std::int64_t now_ms) override;

 private:
  struct Document {
    std::unique_ptr<DocumentChannel> channel;  // null: not yet let in
    access::Role role = access::Role::none;
    std::int64_t until_ms = 0;  // when the token expires, if it does
    std::int64_t ask_ms = 0;    // when its client is asked for a new token; 0: never
    std::vector<Bytes> early;   // messages that came before the token
    std::shared_ptr<bool> ended = std::make_shared<bool>(false);
  };
  using Documents = std::map<std::string, Document, std::less<>>;

  void route(std::string_view address, ByteView message);
  void handle_open(Documents::iterator at, ByteView message);
  void handle_waiting(Documents::iterator at, ByteView message);
  void let_in(Documents::iterator at, access::Grant grant);
  void set_expiry(Document& document, const access::Grant& grant) const;
  void renew(Documents::iterator at, std::string_view token);
  void deny(Documents::iterator at, std::string_view reason);
  void send_scope(const Documents::value_type& entry);
  Documents::iterator find(std::string_view address);
  void forget(Documents::iterator at);
  void send(session::Frame message);
  void close(std::uint16_t code, std::string_view reason);

  Enter enter_;
  Open open_;
  Options options_;
  Transport& transport_;
  Documents documents_;
  std::size_t waiting_ = 0;         // documents without a channel
  std::size_t early_messages_ = 0;  // of all documents
  std::size_t early_bytes_ = 0;
  std::int64_t opened_ms_;
  std::int64_t now_ms_;
  std::int64_t kept_alive_ms_;
  bool let_in_ = false;  // at least one document has been entered
  bool closed_ = false;
};

}  // namespace weft::protocol
