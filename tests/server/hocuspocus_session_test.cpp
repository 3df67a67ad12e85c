// The Hocuspocus wire over a store that the test drives: what is confirmed when, and what time
// ends.
#include <catch2/catch.hpp>

#include "encoding/reader.hpp"
#include "protocol/hocuspocus.hpp"
#include "stage.hpp"

namespace weft::server::test {

using protocol::DocumentChannel;
using protocol::HocuspocusFrame;
using protocol::HocuspocusPlace;
using protocol::HocuspocusSession;
using protocol::HocuspocusSocket;
using protocol::HocuspocusType;
using sync::MessageKind;

namespace {

class Channel final : public DocumentChannel {
 public:
  Channel(Stage& stage, const HocuspocusPlace& place, protocol::Transport& transport,
          std::function<void()> ended)
      : session_(stage.registry().open(place.document), place, stage.limits(), transport,
                 std::move(ended), stage.now_ms()) {}
  void give(ByteView message, std::int64_t now_ms) override {
    session_.on_message(message, now_ms);
  }
  void on_drained() override { session_.on_drained(); }
  void tick(std::int64_t now_ms) override { session_.tick(now_ms); }
  void set_grant(const access::Grant& grant) override { session_.set_grant(grant); }

 private:
  HocuspocusSession session_;
};

/// A socket as its client sees it. The token "viewer" may read, "brief" write for a minute, "wrong"
/// nothing; all others may write.
class Client final : public protocol::Transport {
 public:
  explicit Client(Stage& stage) : stage_(stage) {
    socket_ = std::make_unique<HocuspocusSocket>(
        [](std::string_view token, std::string_view) { return enter(token); },
        [this](const HocuspocusPlace& place, std::function<void()> ended) {
          return std::make_unique<Channel>(stage_, place, *this, std::move(ended));
        },
        HocuspocusSocket::Options{}, *this, stage.now_ms());
  }
  ~Client() override { socket_.reset(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void token(std::string_view document, std::string_view token) {
    give(HocuspocusFrame(document, HocuspocusType::auth).number(0).text(token).take());
  }
  void say(std::string_view document, MessageKind kind, ByteView body) {
    const Bytes message = sync::encode(kind, body);
    encoding::Reader reader(message);
    reader.varuint();
    give(HocuspocusFrame(document, static_cast<HocuspocusType>(message[0]))
             .raw(ByteView(message).subspan(1))
             .take());
  }
  void give(const session::Frame& frame) { socket_->on_message(*frame, stage_.now_ms()); }
  void pass_seconds(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      stage_.pass_seconds(1);
      socket_->tick(stage_.now_ms());
    }
  }

  /// What has come since the last call, in words.
  std::string words();
  std::optional<std::uint16_t> close_code() const { return close_code_; }

  void send(session::Frame message) override { arrived_.push_back(std::move(message)); }
  void close(std::uint16_t code, std::string_view) override { close_code_ = code; }
  std::size_t queued_bytes() const override { return 0; }

 private:
  static std::expected<access::Grant, access::Denial> enter(std::string_view token) {
    if (token == "wrong") return std::unexpected(access::Denial{.known = false, .reason = "no"});
    access::Grant grant{.role = access::Role::write, .user = {}};
    if (token == "viewer") grant.role = access::Role::read;
    if (token == "brief") grant.valid_ms = 60'000;
    return grant;
  }

  Stage& stage_;
  std::vector<session::Frame> arrived_;
  std::optional<std::uint16_t> close_code_;
  std::unique_ptr<HocuspocusSocket> socket_;
};

std::string Client::words() {
  std::string all;
  for (const session::Frame& frame : std::exchange(arrived_, {})) {
    encoding::Reader reader(*frame);
    const bool addressed = !reader.varbytes().empty();
    const auto type = static_cast<HocuspocusType>(reader.varuint());
    std::string word = "other";
    if (!addressed) word = "alive";
    if (addressed && type == HocuspocusType::sync) {
      word = std::array{"step1", "step2", "update"}.at(reader.varuint());
    }
    if (type == HocuspocusType::auth) word = std::array{"ask", "denied", "in"}.at(reader.varuint());
    if (type == HocuspocusType::sync_status) word = reader.varuint() == 1 ? "saved" : "refused";
    if (type == HocuspocusType::close) word = "closed";
    all += (all.empty() ? "" : " ") + word;
  }
  return all;
}

const Bytes kEmptyUpdate{0, 0};

}  // namespace

TEST_CASE("hocuspocus: an edit is confirmed when it is on disk, and each one by itself") {
  Stage stage;
  Client client(stage);
  client.token("doc", "x");
  REQUIRE(client.words() == "in");  // before the document is loaded
  stage.settle();
  client.say("doc", MessageKind::update, update_of(1, "a"));
  client.say("doc", MessageKind::update, update_of(2, "b"));
  client.say("doc", MessageKind::step2, kEmptyUpdate);  // holds nothing, yet comes after the others
  client.say("doc", MessageKind::update, update_of(3, "c"));
  REQUIRE(client.words().empty());
  REQUIRE(stage.store_one());
  REQUIRE(client.words() == "saved update");
  REQUIRE(stage.store_one());
  REQUIRE(client.words() == "saved update saved");
  stage.settle();
  REQUIRE(client.words() == "saved update");
  client.say("doc", MessageKind::update, update_of(3, "c"));  // known: confirmed at once
  REQUIRE(client.words() == "saved");
}

TEST_CASE("hocuspocus: nothing is confirmed while the store fails; everything when it is back") {
  Stage stage;
  Client client(stage);
  client.token("doc", "x");
  stage.settle();
  client.words();
  stage.break_store();
  client.say("doc", MessageKind::update, update_of(1, "a"));
  client.say("doc", MessageKind::step1, Bytes{0});
  client.say("doc", MessageKind::step2, kEmptyUpdate);
  stage.settle();
  client.pass_seconds(3);
  REQUIRE(client.words().empty());
  stage.mend_store();
  for (int i = 0; i < 5; ++i) {
    client.pass_seconds(1);
    stage.settle();
  }
  REQUIRE(client.words() == "saved update step1 step2 saved");
}

TEST_CASE("hocuspocus: a viewer's edits are refused one by one, what holds nothing is not") {
  Stage stage;
  Client writer(stage);
  writer.token("doc", "x");
  Client viewer(stage);
  viewer.token("doc", "viewer");
  stage.settle();
  viewer.say("doc", MessageKind::step1, Bytes{0});
  REQUIRE(viewer.words() == "in step1 step2");
  writer.say("doc", MessageKind::update, update_of(1, "a"));
  stage.settle();
  REQUIRE(viewer.words() == "update");
  viewer.say("doc", MessageKind::update, update_of(2, "b"));
  viewer.say("doc", MessageKind::update, update_of(1, "a"));
  viewer.say("doc", MessageKind::step2, update_of(2, "b"));
  viewer.say("doc", MessageKind::step2, update_of(1, "a"));
  viewer.say("doc", MessageKind::step2, kEmptyUpdate);
  REQUIRE(viewer.words() == "refused refused refused saved saved");
  stage.settle();
  REQUIRE(stage.stored_text("doc") == "a");
}

TEST_CASE("hocuspocus: who enters nothing is sent away, whatever it sends") {
  Stage stage;
  Client client(stage);
  client.token("doc", "wrong");
  REQUIRE(client.words() == "denied");
  for (int i = 0; i < 30; ++i) {
    client.give(HocuspocusFrame("doc", HocuspocusType::stateless).text("x").take());
    client.pass_seconds(1);
    REQUIRE_FALSE(client.close_code());
  }
  client.pass_seconds(1);
  REQUIRE(client.close_code() == 4408);
}

TEST_CASE("hocuspocus: a token that ends is asked for again, and ends the document") {
  Stage stage;
  Client client(stage);
  client.token("doc", "brief");
  client.token("other", "x");
  stage.settle();
  client.pass_seconds(29);
  REQUIRE(client.words() == "in in alive");
  client.pass_seconds(2);
  REQUIRE(client.words() == "ask alive");
  client.token("doc", "brief");  // renewed: a minute more
  client.pass_seconds(58);
  REQUIRE(client.words() == "alive alive ask alive");
  client.pass_seconds(3);
  REQUIRE(client.words() == "alive denied");
  client.say("other", MessageKind::update, update_of(1, "still here"));
  stage.settle();
  REQUIRE(client.words() == "saved update");
  client.token("doc", "x");
  REQUIRE(client.words() == "in");
  client.token("doc", "viewer");  // less than before
  REQUIRE(client.words() == "in");
  client.token("doc", "wrong");
  REQUIRE(client.words() == "closed");
  REQUIRE_FALSE(client.close_code());
}

TEST_CASE("hocuspocus: the end of the server closes the socket, damage only its document") {
  Stage stage;
  Client client(stage);
  client.token("doc", "x");
  client.token("other", "x");
  stage.settle();
  client.words();
  client.say("doc", MessageKind::update, Bytes{1, 2, 3});
  REQUIRE(client.words() == "closed");
  client.say("other", MessageKind::step1, Bytes{0});
  REQUIRE(client.words() == "step1 step2");
  stage.registry().end_all(1012, "the server restarts");
  REQUIRE(client.close_code() == 1012);
}

TEST_CASE("a copy of a deleted document ends that document, and the socket goes on") {
  Stage stage;
  StateVector had;
  had.set(1, 3);
  REQUIRE(stage.store().set_former("room", std::make_shared<const Bytes>(had.encode()),
                                   [](const auto&) {}));
  Client client(stage);
  client.token("room", "any");
  client.token("other", "any");
  stage.settle();
  client.words();
  client.say("room", MessageKind::step1, had.encode());
  CHECK(client.words() == "closed");
  CHECK_FALSE(client.close_code());
  client.say("other", MessageKind::step1, had.encode());
  CHECK(client.words().find("step2") != std::string::npos);
}

}  // namespace weft::server::test
