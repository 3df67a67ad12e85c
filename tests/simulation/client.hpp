// An editor: a document of its own, and what a Yjs provider says for it.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "network.hpp"

namespace weft::simulation {

class Client {
 public:
  Client(Loop& loop, Server& server, Ledger& ledger, ClientId id, std::string document,
         Speech speech);

  const std::string& document() const { return document_; }
  ClientId id() const { return id_; }
  Speech speech() const { return speech_; }
  Doc& doc() { return doc_; }

  /// Connects again and again until leave.
  void connect();
  void leave();
  /// Changes the document; tells the server if there is a connection.
  void edit();
  std::size_t edits() const { return edits_; }
  Connection* connection() { return connection_.get(); }
  /// Connected, and the server has answered.
  bool synced() const { return synced_; }

  // --- for its connection ---
  void on_open();
  void on_message(const sync::Message& message);
  void on_close();

  /// Its own updates that nobody has confirmed.
  struct Own {
    Clock from = 0;
    Clock to = 0;
    std::shared_ptr<const Bytes> bytes;
  };
  std::deque<Own> unconfirmed;

 private:
  void change(Transaction& transaction);

  Loop& loop_;
  Server& server_;
  Ledger& ledger_;
  ClientId id_;
  std::string document_;
  Speech speech_;
  Doc doc_;
  Subscription subscription_;
  std::shared_ptr<Connection> connection_;
  Clock told_ = 0;  // where its next own update begins
  bool wanted_ = false;
  bool open_ = false;
  bool waiting_ = false;  // to connect again
  bool synced_ = false;
  std::size_t edits_ = 0;
};

}  // namespace weft::simulation
