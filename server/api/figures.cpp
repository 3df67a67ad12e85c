#include "api/figures.hpp"

#include <algorithm>

namespace weft::api {

Traffic& Traffic::operator+=(const Traffic& other) {
  sockets_opened += other.sockets_opened;
  messages_received += other.messages_received;
  bytes_received += other.bytes_received;
  messages_sent += other.messages_sent;
  bytes_sent += other.bytes_sent;
  for (const auto& [code, count] : other.closed) closed[code] += count;
  for (const auto& [status, count] : other.http_answers) http_answers[status] += count;
  return *this;
}

ShardFigures& ShardFigures::operator+=(const ShardFigures& other) {
  sockets += other.sockets;
  documents.documents += other.documents.documents;
  documents.sessions += other.documents.sessions;
  documents.unstored_documents += other.documents.unstored_documents;
  documents.failing_documents += other.documents.failing_documents;
  documents.unstored_us = std::max(documents.unstored_us, other.documents.unstored_us);
  counters += other.counters;
  traffic += other.traffic;
  return *this;
}

}  // namespace weft::api
