#include "types/format_walk.hpp"

#include "document/formats.hpp"
#include "types/members.hpp"

namespace weft::types {

namespace {

using Said = FormatWalk::Said;

Said value_or_null(const document::OrderedMap<Said>& map, std::uint32_t key) {
  const Said* found = map.find(key);
  return found == nullptr || found->value.is<Undefined>() ? Said{} : *found;
}

// Yjs equalAttrs.
bool equal(const Said& a, const Said& b) {
  if (a.doc != nullptr && a.doc == b.doc && a.object == b.object) return true;
  return document::equal_apart(a.value, b.value);
}

bool is_nullish(const Value& value) { return value.is<Null>() || value.is<Undefined>(); }

// The member of what is said, or nothing for what JavaScript's ?? passes over.
const Value* said(const Attribution& attribution, std::string_view key) {
  const Value* found = attribution ? find_member(*attribution, key) : nullptr;
  return found == nullptr || is_nullish(*found) ? nullptr : found;
}

}  // namespace

Attribution attribution_of(const AttributedPiece& piece) {
  if (!piece.attributes) return std::nullopt;
  const std::string_view done = piece.deleted ? "delete" : "insert";
  ValueObject attribution{{std::string(done), ValueArray{}}};
  for (const ContentAttributePtr& attribute : *piece.attributes) {
    if (attribute->name == done) {
      std::get<ValueArray>(find_member(attribution, done)->variant()).push_back(attribute->value);
    } else if (attribute->name != "insert" && attribute->name != "delete" &&
               !attribute->name.starts_with('_')) {
      set_member(attribution, attribute->name, attribute->value);
    }
  }
  return attribution;
}

Attribution merged(const Attribution& a, Attribution b) {
  if (!a) return b;
  if (!b) return a;
  ValueObject both = *a;
  for (auto& [key, value] : *b) set_member(both, key, std::move(value));
  return both;
}

void FormatWalk::use(Used which, const Map& map) {
  if (from_ == which) return;
  from_ = which;
  used_.clear();
  map.for_each(
      [this](std::uint32_t key, const Said& is) { used_.emplace_back(strings_[key], is.value); });
  used_ = in_own_order(std::move(used_));
}

void FormatWalk::add(const Step& step) {
  const std::uint32_t key = strings_.intern(step.key);
  const Said current = value_or_null(current_, key);
  if (step.attribution && (step.deleted || !unattributed_.contains(key))) {
    unattributed_.set(key, step.deleted ? step.value : current);
  }
  update(step, key, current);
  if (step.attribution || unattributed_.contains(key)) attribute(step, key);
}

void FormatWalk::update(const Step& step, std::uint32_t key, const Said& current) {
  const auto put_current = [&] {
    if (is_nullish(step.value.value)) {
      current_.erase(key);
    } else {
      current_.set(key, step.value);
    }
  };
  const Said previous = value_or_null(previous_, key);
  if (step.rendered && step.deleted) {
    if (equal(step.value, current)) return;
    if (equal(current, previous) && changed_.contains(key)) {
      changed_.erase(key);
    } else {
      changed_.set(key, current);
    }
    previous_.set(key, step.value);
  } else if (step.rendered) {
    if (!equal(step.value, current)) {
      if (equal(step.value, previous)) {
        changed_.erase(key);
      } else {
        changed_.set(key, step.value);
      }
    }
    put_current();
  } else if (step.retained && !step.deleted) {
    put_current();
    changed_.erase(key);
    previous_.set(key, step.value);
  } else {
    return;
  }
  from_ = Used::none;
}

void FormatWalk::attribute(const Step& step, std::uint32_t key) {
  ValueObject attribution = attribution_.value_or(ValueObject{});
  ValueObject by;
  if (const Value* formats = said(attribution_, "format")) {
    if (const auto* object = formats->get_if<ValueObject>()) by = *object;
  }
  const Said* const before = unattributed_.find(key);
  const Said current = value_or_null(current_, key);
  if (!step.attribution || (before != nullptr && equal(*before, current))) {
    erase_member(by, step.key);
    unattributed_.erase(key);
  } else {
    ValueArray users;
    if (const Value* known = find_member(by, step.key)) {
      if (const auto* array = known->get_if<ValueArray>()) users = *array;
    }
    if (const Value* more = said(step.attribution, step.deleted ? "delete" : "insert")) {
      if (const auto* array = more->get_if<ValueArray>()) {
        users.insert(users.end(), array->begin(), array->end());
      }
    }
    set_member(by, step.key, std::move(users));
  }
  const Value* at = nullptr;
  if (step.attribution) at = said(step.attribution, step.deleted ? "deletedAt" : "insertedAt");
  const bool nothing = by.empty();
  set_member(attribution, "format", in_own_order(std::move(by)));
  if (at != nullptr) set_member(attribution, "formatAt", *at);
  if (nothing) {
    attribution_.reset();
  } else if (step.attribution) {
    attribution_ = std::move(attribution);
  }
}

}  // namespace weft::types
