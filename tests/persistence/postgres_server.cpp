// initdb, postgres, signals.
#include "postgres_server.hpp"

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <memory>
#include <pwd.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <pqxx/pqxx>

namespace weft::persistence::test {

namespace {

// The newest of Debian's versions.
std::filesystem::path programs() {
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (std::filesystem::exists(entry.path() / "bin" / "initdb")) found.push_back(entry.path());
  }
  if (found.empty()) throw std::runtime_error("these tests need the package postgresql");
  return std::ranges::max(found, {}, [](const auto& path) { return std::stoi(path.filename()); }) /
         "bin";
}

// Null where the test is not root: then everything runs as whoever runs the test.
const passwd* unprivileged() {
  if (::getuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

// In a process group of its own, its output in the folder's log.
pid_t start_program(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  const passwd* user = unprivileged();
  const std::string log = folder / "log";
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::setpgid(0, 0);
  if (user != nullptr &&
      (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  // Should the test end without its destructors, so does the server. Not before setuid: that
  // forgets it.
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int input = ::open("/dev/null", O_RDONLY);
  if (::chdir(folder.c_str()) != 0 || ::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 ||
      ::dup2(output, 2) < 0)
    ::_exit(126);
  ::execv(pointers[0], pointers.data());
  ::_exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// Each of a server's processes is a session of its own, so no signal reaches them all at once.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream status(entry.path() / "stat");
    std::string text;
    std::getline(status, text);
    // "PID (NAME) STATE PARENT ...", where NAME may hold anything.
    std::istringstream rest(text.substr(std::min(text.rfind(')') + 1, text.size())));
    char state = 0;
    pid_t found = 0;
    if (rest >> state >> found && found == parent && state != 'Z')
      children.push_back(std::stoi(name));
  }
  return children;
}

}  // namespace

PostgresServer::PostgresServer() {
  std::string pattern = std::filesystem::temp_directory_path() / "weft-postgres-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  folder_ = pattern;
  if (const passwd* user = unprivileged()) {
    if (::chown(pattern.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("chown failed");
  }
  const int status = wait_for(
      start_program(folder_, {programs() / "initdb", "-D", folder_ / "data", "-U", "weft",
                              "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"}));
  if (status != 0) throw std::runtime_error("initdb failed: see " + (folder_ / "log").string());
  start();
}

PostgresServer::~PostgresServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  if (!server.running()) server.start();
  return server;
}

std::string PostgresServer::url() const {
  std::string host;
  for (const char c : folder_.string()) host += c == '/' ? std::string("%2F") : std::string(1, c);
  return "postgres://" + host + "/postgres?user=weft";
}

void PostgresServer::start() {
  pid_ = start_program(folder_, {programs() / "postgres", "-D", folder_ / "data", "-k", folder_,
                                 "-c", "listen_addresses=", "-c", "max_connections=50"});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (;;) {
    try {
      pqxx::connection connection(url());
      return;
    } catch (const pqxx::broken_connection& error) {
      int status = 0;
      const bool ended = ::waitpid(pid_, &status, WNOHANG) == pid_;
      if (ended || std::chrono::steady_clock::now() > end)
        throw std::runtime_error("postgres does not start: " + std::string(error.what()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void PostgresServer::kill() {
  if (pid_ <= 0) return;
  // Stopped, it starts no others that would outlive it: the next server refuses to start beside
  // them. waitpid says when it really stands.
  ::kill(pid_, SIGSTOP);
  int stopped = 0;
  while (::waitpid(pid_, &stopped, WUNTRACED) < 0 && errno == EINTR) {
  }
  const std::vector<pid_t> children = children_of(pid_);
  for (const pid_t child : children) ::kill(child, SIGKILL);
  ::kill(pid_, SIGKILL);
  wait_for(pid_);
  for (const pid_t child : children) {
    while (::kill(child, 0) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  pid_ = -1;
}

void PostgresServer::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGINT);  // "fast"
  wait_for(pid_);
  pid_ = -1;
}

}  // namespace weft::persistence::test
