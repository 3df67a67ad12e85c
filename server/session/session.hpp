// One user's place on one document over one transport, as the document sees it.
//
// A wire (server/protocol) derives from Session. The document calls it; it calls the document, but
// neither joins nor leaves from within one of these calls. It leaves the document when it is
// destroyed, and what it brought (awareness) goes with it.
#pragma once

#include <cstdint>
#include <string_view>

#include "session/broadcast.hpp"

namespace weft::session {

class SharedDoc;

/// How an update comes to a session.
enum class Told : std::uint8_t {
  at_once,      // another session changed the document
  when_stored,  // the same, but it may hold edits of this session's client: not before it is
                // durable
  own,          // this session's own update is durable now
};

class Session {
 public:
  virtual ~Session() = default;

  /// The document is there; nothing but on_end is called before.
  virtual void on_ready() = 0;
  /// The document has changed.
  virtual void on_update(const Broadcast& update, Told told) = 0;
  /// States of this or of other sessions.
  virtual void on_awareness(const Broadcast& update) = 0;
  /// A message beside the document, for everybody on it; wires without such messages ignore it.
  virtual void on_stateless(const Broadcast&) {}
  /// What SharedDoc::wait_until_stored was told to wait for is durable now.
  virtual void on_stored() = 0;
  /// The document goes away; the wire ends the connection with that code and reason.
  virtual void on_end(std::uint16_t close_code, std::string_view reason) = 0;
  /// Who this is; empty: nobody in particular.
  virtual std::string_view user() const { return {}; }
  /// Names this session among all of the server's; 0 before it has joined.
  std::uint64_t id() const { return id_; }

 private:
  friend class SharedDoc;
  std::uint64_t id_ = 0;
  std::uint64_t waits_for_ = 0;   // a sequence; 0: for nothing
  bool spoke_awareness_ = false;  // its first awareness message has come
};

}  // namespace weft::session
