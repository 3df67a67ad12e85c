// What the routes of documents answer, and with what: shared by documents*.cpp.
#pragma once

#include <string>
#include <string_view>

#include <weft/value.hpp>

#include "api/routes.hpp"
#include "api/visit.hpp"

namespace weft::api {

HttpResponse json_answer(const Value& value);
HttpResponse bytes_answer(const Bytes& bytes);
HttpResponse missing(const std::string& name);
HttpResponse failure(const persistence::StoreError& error);
/// 403 for whom the gate knows, 401 for others.
HttpResponse denied(const access::Denial& denial);
Plan at_once(HttpResponse response);

/// `work` with a document, on its thread.
Step visit(const std::string& document, Visit::Work work);

/// Whether a document may be called so.
bool is_name(std::string_view name);
/// Where there is no update there is no document.
bool exists(const session::SharedDoc& doc);
/// Names one state of a document: the number of its updates, and a digest of what they brought.
std::string etag_of(const session::SharedDoc& doc);
Value figures_of(const session::SharedDoc& doc);
/// Who is present, and what each says of himself.
Value presence_of(const session::SharedDoc& doc);

/// True if the request was for another state of the document than `wanted`, if that is not empty;
/// it has been replied then.
bool is_late(Visit& visit, const std::string& wanted);
/// Takes `update` and replies with `status` once it is durable.
void take(Visit& visit, ByteView update, unsigned status = 200);

}  // namespace weft::api
