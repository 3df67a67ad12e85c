// An HTTP answer that goes on until either side ends it: Server-Sent Events.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "net/http_session.hpp"

namespace weft::net {

/// Tells what `call` has to tell through `socket`, and keeps itself and `seat` alive. `hooks` must
/// outlive it.
void serve_events(boost::asio::ip::tcp::socket socket, const HttpHooks& hooks, Seat seat,
                  api::ListenCall call);

}  // namespace weft::net
