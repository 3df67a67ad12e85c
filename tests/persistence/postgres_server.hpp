// A PostgreSQL server of this test's own: Debian's, in a new folder, on a socket in that folder, as
// an unprivileged user where the test runs as root. Stopped and removed with the object.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace weft::persistence::test {

class PostgresServer {
 public:
  /// Makes the folder, and starts. Throws where there is no PostgreSQL.
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// The one that all tests of this program share; started by the first, running after the call.
  static PostgresServer& shared();

  /// "postgres://%2Ftmp%2F.../postgres?user=weft"
  std::string url() const;
  /// kill -9 to the server and all that belongs to it.
  void kill();
  /// Ends as on the operator's request, without waiting for clients.
  void stop();
  void start();
  bool running() const { return pid_ > 0; }

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
};

}  // namespace weft::persistence::test
