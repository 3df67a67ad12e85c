// Who is told of changes. Source: Yjs Doc events, AbstractType._eH, _dEH.
#pragma once

#include <array>
#include <map>
#include <span>

#include <weft/doc.hpp>
#include <weft/event.hpp>

#include "document/callbacks.hpp"
#include "store/type_table.hpp"

namespace weft::document {

struct Observers {
  struct OfType {
    Callbacks<const Event&> plain;
    Callbacks<std::span<const Event>> deep;
  };

  Callbacks<const TransactionEvent&>& of(DocEvent event) {
    return doc[static_cast<std::size_t>(event)];
  }
  const Callbacks<const TransactionEvent&>& of(DocEvent event) const {
    return doc[static_cast<std::size_t>(event)];
  }
  bool wants_changes() const {
    return !types.empty() || !of(DocEvent::before_observer_calls).empty() ||
           !of(DocEvent::after_transaction).empty() ||
           !of(DocEvent::after_transaction_cleanup).empty() ||
           !of(DocEvent::after_all_transactions).empty();
  }

  std::array<Callbacks<const TransactionEvent&>, kDocEvents> doc;
  Callbacks<const UpdateEvent&> update;
  Callbacks<const UpdateEvent&> update_v2;
  Callbacks<const SubdocsEvent&> subdocs;
  Callbacks<> load;
  Callbacks<bool> sync;
  Callbacks<> destroy;
  std::map<store::TypeIx, OfType> types;
  std::uint64_t last_number = 0;
};

}  // namespace weft::document
