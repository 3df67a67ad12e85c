// The `weft` binary: a table of commands, and nothing that a command does.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/files.hpp"

namespace weft::cli {

namespace {

constexpr std::array kCommands = {
    &kServe, &kGenAuth, &kDocs,        &kInspect, &kExport,
    &kMerge, &kDiff,    &kStateVector, &kConvert, &kCompact,
};

constexpr std::string_view kCommonHelp =
    "\n"
    "A file named - is standard input or output. The tools on updates take:\n"
    "  --from v1|v2    the encoding of what is read (v1)\n"
    "  --to v1|v2      the encoding of what is written (as read)\n"
    "  --compat 13|14  whose bytes to write where Yjs 13 and 14 differ (13)\n"
    "  --framed        files hold many updates, each a varuint length and its bytes\n"
    "  --json          print for machines\n"
    "  -o OUT          the file to write (standard output)\n"
    "Exit code: 0 success, 1 the input is wrong, 2 the call is wrong.\n";

const Command* find_command(std::string_view name) {
  const auto at = std::ranges::find(kCommands, name, &Command::name);
  return at == kCommands.end() ? nullptr : *at;
}

std::string command_list() {
  std::string text = "usage: weft COMMAND [ARGUMENTS]\n\n";
  std::size_t width = 0;
  for (const Command* command : kCommands) width = std::max(width, command->name.size());
  for (const Command* command : kCommands) {
    text += "  " + std::string(command->name);
    text.append(width + 2 - command->name.size(), ' ');
    text += std::string(command->summary) + "\n";
  }
  return text + "\nweft help COMMAND says more; weft --version tells the version.\n" +
         std::string(kCommonHelp);
}

std::string help(const Command& command) {
  return "usage: weft " + std::string(command.name) + " " + std::string(command.usage) + "\n\n" +
         std::string(command.details);
}

int finish(std::string_view command, const Outcome<>& outcome) {
  if (outcome) return static_cast<int>(Exit::success);
  const std::string name = command.empty() ? "weft" : "weft " + std::string(command);
  std::fprintf(stderr, "%s: %s\n", name.c_str(), outcome.error().message.c_str());
  if (outcome.error().exit == Exit::call_wrong) {
    std::fprintf(stderr, "See: weft help%s%.*s\n", command.empty() ? "" : " ",
                 static_cast<int>(command.size()), command.data());
  }
  return static_cast<int>(outcome.error().exit);
}

Outcome<> show_help(Arguments arguments) {
  if (arguments.empty()) return print(command_list());
  const Command* command = find_command(arguments.front());
  if (command == nullptr) {
    return wrong_call("unknown command '" + std::string(arguments.front()) + "'");
  }
  return print(help(*command));
}

int run(Arguments arguments) {
  if (arguments.empty()) {
    std::fputs(command_list().c_str(), stderr);
    return static_cast<int>(Exit::call_wrong);
  }
  const std::string_view name = arguments.front();
  const Arguments rest = arguments.subspan(1);
  if (name == "--version") return finish("", print("weft " WEFT_VERSION "\n"));
  if (name == "help" || name == "--help" || name == "-h") return finish("", show_help(rest));
  const Command* command = find_command(name);
  if (command == nullptr) {
    return finish("", wrong_call("unknown command '" + std::string(name) + "'"));
  }
  if (!rest.empty() && (rest.front() == "--help" || rest.front() == "-h")) {
    return finish("", print(help(*command)));
  }
  return finish(name, command->run(rest));
}

}  // namespace

}  // namespace weft::cli

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + std::min(argc, 1), argv + argc);
  return weft::cli::run(arguments);
}
