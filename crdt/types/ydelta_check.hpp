// A YDelta on its way into a type, checked as a whole before anything changes.
#pragma once

#include <weft/attribution.hpp>
#include <weft/ydelta.hpp>

#include "types/insert.hpp"
#include "types/text_check.hpp"

namespace weft::types {

/// Checks edits of a YType and measures what they bring.
class YDeltaCheck {
 public:
  /// Without a document only changes of types that do not exist yet can be checked.
  explicit YDeltaCheck(DocState* doc) : doc_(doc) {}

  /// A change of `type`; kNoIndex: of a type that does not exist yet. With `attributions` its
  /// places count what those show.
  void add(const YDelta& delta, TypeIx type, const AttributionManager* attributions = nullptr,
           int depth = 1);
  void add_contents(std::span<const Content> contents);
  void add_text(std::string_view text) { texts_.add_text(text); }
  void add_format(const Attributes& format) { texts_.add_attributes(format); }
  void fail(Errc code) { texts_.fail(code); }

  std::uint64_t units() const { return texts_.units(); }
  std::uint64_t bytes() const { return texts_.bytes(); }
  const std::optional<Error>& error() const { return texts_.error(); }

  /// Whether all of it is sound and fits into the document. Errors: out_of_range, wrong_type,
  /// invalid_utf8, too_deep, too_large.
  Result<void> result() const { return texts_.result(*doc_); }

 private:
  class Walk;
  void add_content(const YContent& content, int depth);

  DocState* doc_;
  TextCheck texts_;
};

}  // namespace weft::types
