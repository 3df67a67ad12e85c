// Who may do what: patterns, JWTs against vectors of the RFCs, the gate and its file.
#include <catch2/catch.hpp>

#include "access/auth_config.hpp"
#include "access/pattern.hpp"

namespace weft::access {

namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

std::expected<std::string, std::string> no_files(std::string_view path) {
  return std::unexpected("no file " + std::string(path));
}

Gate gate_of(std::string_view config) {
  const auto rules = parse_auth_config(config, no_files);
  INFO((rules ? std::string() : rules.error()));
  REQUIRE(rules);
  return Gate(*rules);
}

std::string error_of(std::string_view config) {
  const auto rules = parse_auth_config(config, no_files);
  return rules ? "" : rules.error();
}

// RFC 7515 A.1 (HS256), with the key of its JWK.
constexpr std::string_view kHsKey =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
constexpr std::string_view kHsToken =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0"
    "dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
// Made by Node's own cryptography (RS256).
constexpr std::string_view kRsModulus =
    "t_djqygHo1_PpUnxkcUlylaEhXVetXMy1I0mAw3KEi-aF0RGIPN0fMZEd1wL2jo00h40ZzcdCSOKNAwtl8hHgFmQ6n8oV7"
    "nRyFOA8eh1TQzmjRJkoJWI5qCRwozsoBHA9sh5SIol5tzrajViV0uQm7zVA9L5W0dy2CJdoqbI1EIM3Hhl4z-nHZ5MqtPV"
    "MQS9e1AY7beT6t0THYbjXDmKXbp3U4PcooXPfW10U_SERaonALnKmk959TYzz6TXbZ_HNvtU04wH0Ma4OcklQNveFkSf2f"
    "ZHs9iCjWBU3-gcjASyzZKFYasc4Xm1eGGZWbztR4Mf5AO4hnqeLGobz6CkPw";
constexpr std::string_view kRsToken =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLCJleHAiOjEzMDA4MTkzODB9.eIbwL6LW-S9ZkvhrHMSPNUepzGlZ6vrX"
    "9NZkA8BpH4o77jtQMjYnwVuRH0l0llgrkmmL7SjKLydKTcRJakOtJQhSEwjMf-OYDPG3TYFlVer_MiNia4w3VtGlPT9PFk"
    "yFyPeyec0UKROi1rPu9yIrtTIA-M_p7lHyQ3rdkqRgierZMSlZOyb00Y-B5QiM91bH-1TCA4XpFGQnB8lckspAnRQrcJWT"
    "Zd6AAOyAp9es9QRKJBqme5DZLffhyohaLISnW6uy9_WKsSspb4jgUgTkF5BboBPhxzADbqtyo2gUDwHWeD7KNIwDEowNAQ"
    "24ND3CXXLoeeCEuMZ-kx1fiWSu4Q";
// RFC 7515 A.3 (ES256).
constexpr std::string_view kEsX = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr std::string_view kEsY = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
constexpr std::string_view kEsToken =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb"
    "S9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-"
    "F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTU"
    "JqPP3-Kg6NU1Q";
// RFC 8037 A.4 (EdDSA): its payload is no JSON, so the signature is tested by itself.
constexpr std::string_view kEdX = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
constexpr std::string_view kEdSigned = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr std::string_view kEdSignature =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

std::string bytes(std::string_view text) { return from_base64url(text).value(); }

JwtRules rules_with(Key key) {
  JwtRules rules;
  rules.keys.push_back({.id = "", .key = std::move(key)});
  rules.documents = {"**"};
  rules.role = Role::write;
  rules.user_claim = "iss";
  rules.leeway_ms = 0;
  return rules;
}

constexpr std::int64_t kExpires = 1'300'819'380'000;  // of the RFC's tokens

void check_token(const JwtRules& rules, std::string_view token) {
  const auto claims = verify_jwt(rules, token, kExpires - 1);
  INFO((claims ? std::string() : claims.error()));
  REQUIRE(claims);
  REQUIRE(claims->user == "joe");
  REQUIRE(claims->expires_ms == kExpires);
  REQUIRE(verify_jwt(rules, token, kExpires).error() == "the token has expired");
  // Any other bytes are no token of this key.
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed(token);
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    INFO(i);
    REQUIRE_FALSE(verify_jwt(rules, changed, kExpires - 1));
    REQUIRE_FALSE(verify_jwt(rules, token.substr(0, i), kExpires - 1));
  }
  REQUIRE_FALSE(verify_jwt(rules, std::string(token) + "A", kExpires - 1));
  REQUIRE_FALSE(verify_jwt(rules, std::string(token) + ".A", kExpires - 1));
}

}  // namespace

TEST_CASE("admins have tokens of their own") {
  REQUIRE_FALSE(Gate().has_admins());
  REQUIRE_FALSE(Gate().is_admin(""));
  const Gate none = gate_of(R"({"tokens": [{"token": "t", "role": "write"}]})");
  REQUIRE_FALSE(none.has_admins());
  REQUIRE_FALSE(none.is_admin("t"));
  const Gate gate = gate_of(
      R"({"tokens": [{"token": "t", "role": "write"}], "admin": [{"token": "root"}, {"sha256":
      "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"}]})");
  REQUIRE(gate.has_admins());
  REQUIRE(gate.is_admin("root"));
  REQUIRE(gate.is_admin("foo"));
  REQUIRE_FALSE(gate.is_admin("t"));
  REQUIRE_FALSE(gate.is_admin(""));
  REQUIRE(error_of(R"({"admin": [{}]})") == "admin[0]: has either \"token\" or \"sha256\"");
  REQUIRE(error_of(R"({"admin": [{"token": "a", "role": "write"}]})") ==
          "admin[0].role: is not known here");
}

TEST_CASE("document patterns") {
  REQUIRE(matches("", ""));
  REQUIRE(matches("notes", "notes"));
  REQUIRE_FALSE(matches("notes", "notes2"));
  REQUIRE_FALSE(matches("notes", "note"));
  REQUIRE(matches("notes/*", "notes/a"));
  REQUIRE(matches("notes/*", "notes/"));
  REQUIRE_FALSE(matches("notes/*", "notes/a/b"));
  REQUIRE(matches("notes/**", "notes/a/b"));
  REQUIRE(matches("**", ""));
  REQUIRE(matches("**", "a/b"));
  REQUIRE(matches("a*b*c", "aXXbYYc"));
  REQUIRE_FALSE(matches("a*b*c", "aXXbYY"));
  REQUIRE(matches("*/*", "a/b"));
  REQUIRE_FALSE(matches("*", "a/b"));
  // A star in a name is no wildcard where it was put behind a backslash.
  REQUIRE(matches("a\\*", "a*"));
  REQUIRE_FALSE(matches("a\\*", "ab"));
  REQUIRE(matches("a\\\\", "a\\"));
  REQUIRE_FALSE(matches("a*", std::string("b\0a", 3)));
  // No pattern is slow.
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "**a";
  REQUIRE_FALSE(matches(pattern, std::string(1000, 'a') + "b"));
}

TEST_CASE("base64url has one spelling for each text") {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
    REQUIRE(from_base64url(to_base64url(text)) == text);
  }
  REQUIRE(to_base64url("foob") == "Zm9vYg");
  REQUIRE(from_base64url("Zm9vYg==") == "foob");
  for (const auto* wrong : {"Zm9vY", "Zm9vYh", "Zm 9", "Zm9v!A", "+/", "Zg=a"}) {
    REQUIRE_FALSE(from_base64url(wrong));
  }
  REQUIRE(from_base64url("+/8", true) == "\xfb\xff");
}

TEST_CASE("tokens of RFC 7515 and of others are verified, and nothing that is near them") {
  check_token(rules_with(Key::secret(bytes(kHsKey)).value()), kHsToken);
  check_token(rules_with(Key::rsa(bytes(kRsModulus), bytes("AQAB")).value()), kRsToken);
  check_token(rules_with(Key::p256(bytes(kEsX), bytes(kEsY)).value()), kEsToken);
  const Key ed = Key::ed25519(bytes(kEdX)).value();
  REQUIRE(ed.algorithm() == Algorithm::eddsa);
  REQUIRE(ed.verifies(kEdSigned, bytes(kEdSignature)));
  REQUIRE_FALSE(ed.verifies(std::string(kEdSigned) + "x", bytes(kEdSignature)));
  REQUIRE_FALSE(ed.verifies(kEdSigned, bytes(kEdSignature).substr(1)));
  REQUIRE_FALSE(ed.verifies(kEdSigned, ""));
}

TEST_CASE("the key decides the algorithm") {
  // A public key as the secret of HS256: the oldest trick.
  const auto rsa = rules_with(Key::rsa(bytes(kRsModulus), bytes("AQAB")).value());
  REQUIRE_FALSE(verify_jwt(rsa, kHsToken, 0));
  REQUIRE_FALSE(verify_jwt(rules_with(Key::secret(bytes(kHsKey)).value()), kRsToken, 0));
  const std::string none = to_base64url(R"({"alg":"none"})") + "." + to_base64url("{}") + ".";
  REQUIRE_FALSE(verify_jwt(rsa, none, 0));
  const std::string critical =
      to_base64url(R"({"alg":"HS256","crit":["x"],"x":1})") + "." + to_base64url("{}") + ".AAAA";
  REQUIRE_FALSE(verify_jwt(rsa, critical, 0));
}

TEST_CASE("keys that are too weak, or none, are refused") {
  REQUIRE_FALSE(Key::secret(std::string(31, 'x')));
  REQUIRE(Key::secret(std::string(32, 'x')));
  REQUIRE_FALSE(Key::rsa(std::string(128, '\xff'), "\x03"));             // 1024 bits
  REQUIRE_FALSE(Key::p256(std::string(32, 'x'), std::string(32, 'y')));  // not on the curve
  REQUIRE_FALSE(Key::p256("x", "y"));
  REQUIRE_FALSE(Key::ed25519("short"));
  REQUIRE_FALSE(Key::pem("-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----\n"));
}

TEST_CASE("a JWK set: what can be used is used") {
  const auto set = [](std::string_view keys) {
    return parse_jwks("{\"keys\":[" + std::string(keys) + "]}");
  };
  const std::string ec = R"({"kty":"EC","crv":"P-256","kid":"e","x":")" + std::string(kEsX) +
                         R"(","y":")" + std::string(kEsY) + R"("})";
  const std::string okp = R"({"kty":"OKP","crv":"Ed25519","x":")" + std::string(kEdX) + R"("})";
  const std::string rsa = R"({"kty":"RSA","use":"sig","alg":"RS256","e":"AQAB","n":")" +
                          std::string(kRsModulus) + R"("})";
  const auto keys = set(ec + "," + okp + "," + rsa + R"(,{"kty":"EC","crv":"P-521"},7)");
  REQUIRE(keys);
  REQUIRE(keys->size() == 3);
  REQUIRE((*keys)[0].id == "e");
  REQUIRE((*keys)[0].key.algorithm() == Algorithm::es256);
  REQUIRE((*keys)[2].key.algorithm() == Algorithm::rs256);
  JwtRules rules;
  rules.keys = *keys;
  rules.documents = {"**"};
  REQUIRE(verify_jwt(rules, kEsToken, 0));
  REQUIRE(verify_jwt(rules, kRsToken, 0));
  REQUIRE_FALSE(
      set(R"({"kty":"RSA","use":"enc","e":"AQAB","n":")" + std::string(kRsModulus) + R"("})"));
  REQUIRE_FALSE(set(""));
  REQUIRE_FALSE(parse_jwks("[]"));
  REQUIRE_FALSE(parse_jwks("{"));
}

TEST_CASE("static tokens open what they name, as far as they say") {
  const Gate gate = gate_of(R"({
    // comments are allowed
    "tokens": [
      {"token": "ada's", "user": "ada", "documents": ["notes/*", "shared"], "role": "write"},
      {"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
       "role": "read"}
    ]})");
  REQUIRE_FALSE(gate.is_open());
  const auto ada = gate.enter("ada's", "notes/a", kNow);
  REQUIRE(ada);
  REQUIRE(ada->role == Role::write);
  REQUIRE(ada->user == "ada");
  REQUIRE_FALSE(ada->valid_ms);
  REQUIRE(gate.enter("ada's", "other", kNow).error().known);
  REQUIRE(gate.enter("test", "anything/at/all", kNow)->role == Role::read);
  REQUIRE_FALSE(gate.enter("tess", "shared", kNow).error().known);
  REQUIRE(gate.enter("", "shared", kNow).error().reason == "a token is needed");
}

TEST_CASE("who brings no token is let in as far as the rules say; a wrong token is not no token") {
  const Gate reads =
      gate_of(R"({"anonymous": "read", "tokens": [{"token": "t", "role": "write"}]})");
  REQUIRE(reads.enter("", "doc", kNow)->role == Role::read);
  REQUIRE(reads.enter("t", "doc", kNow)->role == Role::write);
  REQUIRE_FALSE(reads.enter("wrong", "doc", kNow));
  REQUIRE_FALSE(reads.is_open());
  REQUIRE(gate_of(R"({"anonymous": "write"})").is_open());
  REQUIRE(Gate().is_open());
  REQUIRE(Gate().enter("whatever", "doc", kNow)->role == Role::write);
}

TEST_CASE("y-sweet's tokens are its own to the byte, and good for what they say") {
  // The bytes 0 to 29, and what Node's own cryptography makes with them.
  const auto key = YSweetKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd");
  REQUIRE(key);
  const std::string server = "AAAgBDGaqDSgbygniIGCpy70OP0Dtp9AByb8HdgRvjKmFsk";
  const std::string reader =
      "AQZkb2MxMjMAAf0AaOXPiwEAACDSOu1l9JW-15m9U6f2iYQWoB3UqHrncZoyy3xTPRHZMw";
  REQUIRE(key->sign({}) == server);
  REQUIRE(key->sign({.document = "doc123", .role = Role::read, .expires_ms = kNow}) == reader);
  REQUIRE(key->sign({.document = std::string(300, 'd'), .expires_ms = 4'000'000'000})
              .ends_with("ZAEB_AAoa-4g2zKAMPvlYMmXbVjyuf_zhdIOiGyzQ44qHc3yxMwqVz4"));
  REQUIRE(key->verify(server, kNow)->document == std::nullopt);
  REQUIRE(key->verify(reader + "==", kNow)->document == "doc123");
  REQUIRE(key->verify(reader, kNow + 1).error() == "the token has expired");
  for (std::size_t i = 0; i < reader.size(); ++i) {
    std::string wrong = reader;
    wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
    INFO(wrong);
    REQUIRE_FALSE(key->verify(wrong, kNow));
  }
  REQUIRE_FALSE(key->verify("", kNow));
  REQUIRE_FALSE(key->verify("id." + server, kNow));

  const auto named = YSweetKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd", "id");
  REQUIRE(named->sign({}) == "id." + server);
  REQUIRE(named->verify("id." + server, kNow));
  REQUIRE_FALSE(named->verify(server, kNow));

  const Gate gate = gate_of(
      R"({"y_sweet": {"private_key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd"},
          "tokens": [{"token": "static", "role": "write"}]})");
  REQUIRE(gate.enter(server, "any", kNow)->role == Role::write);
  REQUIRE(gate.enter(reader, "doc123", kNow - 5)->role == Role::read);
  REQUIRE(gate.enter(reader, "doc123", kNow - 5)->valid_ms == 5);
  REQUIRE(gate.enter(reader, "doc124", kNow).error().known);
  REQUIRE(gate.enter(reader, "doc123", kNow + 1).error().reason == "the token has expired");
  REQUIRE(gate.enter("static", "any", kNow));
  REQUIRE(gate.may_manage(server, kNow));
  const Gate admin = gate_of(R"({"admin": [{"token": "root"}]})");
  REQUIRE(admin.may_manage("root", kNow));
  REQUIRE(admin.enter("root", "any", kNow)->role == Role::write);
  REQUIRE_FALSE(admin.may_manage("", kNow));
  REQUIRE_FALSE(admin.enter("", "any", kNow));
  REQUIRE_FALSE(gate.may_manage(reader, kNow));
  REQUIRE_FALSE(gate.may_manage("static", kNow));
  REQUIRE_FALSE(gate_of(R"({"anonymous": "write"})").may_manage("", kNow));
  REQUIRE(Gate().may_manage("", kNow));
  REQUIRE(gate.sign({}) == server);
  REQUIRE_FALSE(Gate().sign({}));
}

TEST_CASE("the file is read strictly: a misspelt rule is an error, and says where") {
  REQUIRE(error_of("nonsense").starts_with("not JSON"));
  REQUIRE(error_of("[]") == "the file: is no object");
  REQUIRE(error_of(R"({"anonymus": "read"})") == "anonymus: is not known here");
  REQUIRE(error_of(R"({"anonymous": "all"})") == "anonymous: is none of write, read, none");
  REQUIRE(error_of(R"({"tokens": {}})") == "tokens: is no list");
  REQUIRE(error_of(R"({"tokens": [{"token": "x", "rôle": "read"}]})").starts_with("tokens[0]."));
  REQUIRE(error_of(R"({"tokens": [{"token": "x"}]})") == "tokens[0].role: is missing");
  REQUIRE(error_of(R"({"tokens": [{"role": "read"}]})").starts_with("tokens[0]: has either"));
  REQUIRE(error_of(R"({"tokens": [{"sha256": "12", "role": "read"}]})").find("hexadecimal") !=
          std::string::npos);
  REQUIRE(error_of(R"({"tokens": [{"token": "x", "role": "read", "documents": "a"}]})") ==
          "tokens[0].documents: is no list of texts");
  REQUIRE(error_of(R"({"jwt": {}})").starts_with("jwt: has no key"));
  REQUIRE(error_of(R"({"admin": [{}]})").starts_with("admin[0]: has either"));
  REQUIRE(error_of(R"({"y_sweet": {}})") == "y_sweet.private_key: is shorter than 16 bytes");
  REQUIRE(error_of(R"({"y_sweet": {"private_key": "!"}})") == "y_sweet.private_key: is not base64");
  REQUIRE(error_of(R"({"jwt": {"keys": [{"secret": "short"}]}})").find("32 bytes") !=
          std::string::npos);
  REQUIRE(error_of(R"({"jwt": {"jwks_file": "k.json"}})") == "jwt.jwks_file: no file k.json");
  REQUIRE(error_of(R"({"jwt": {"keys": [{"pem_file": "k.pem"}]}})") ==
          "jwt.keys[0]: no file k.pem");
}

}  // namespace weft::access
