package dev.orrery.worker.session;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.worker.client.OperationTimeouts;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.EventLoop;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Opens a session by discovery and handshake. It tries one server once and keeps no state. Belongs
 * to the event loop.
 *
 * <p>A server address is either an address of the protocol http, which accepts the handshake, or of
 * the API, which refuses the handshake and returns the address of the protocol by discovery.
 */
final class Connector {
  private final EventLoop loop;
  private final ProtocolClient client;
  private final WorkerOffer offer;

  Connector(EventLoop loop, ProtocolClient client, WorkerOffer offer) {
    this.loop = loop;
    this.client = client;
    this.offer = offer;
  }

  interface Listener {
    /** Returns true if the worker still needs a session. Checked before each further request. */
    boolean isWanted();

    /**
     * The scheduler opened a session, although the worker may no longer need it.
     *
     * @param address the address for its operations
     * @param sentAtNanos when the handshake was sent, on the clock of the event loop
     */
    void onAgreed(URI address, long sentAtNanos, HandshakeResponse agreement);

    /** The scheduler refused or did not respond, or the server is not a scheduler. */
    void onFailed(ProblemDetail problem);

    /** The worker no longer needs a session, and the scheduler has opened none. */
    void onGivenUp();
  }

  /**
   * Calls exactly one of the three outcomes of the listener.
   *
   * @param session id for the session, the same until the scheduler has opened one
   */
  void connect(URI server, String session, Listener listener) {
    handshake(server, server, session, listener);
  }

  private void handshake(URI server, URI address, String session, Listener listener) {
    long sentAt = loop.nanos();
    loop.handle(
        client.ask(
            address,
            WorkerOperation.HANDSHAKE,
            offer.withSession(session),
            OperationTimeouts.HANDSHAKE),
        (response, failure) -> {
          if (failure == null) {
            check(address, response)
                .ifPresentOrElse(
                    listener::onFailed, () -> listener.onAgreed(address, sentAt, response));
          } else if (!listener.isWanted()) {
            listener.onGivenUp();
          } else if (server.equals(address) && isApiPort(failure)) {
            discoverAndHandshake(server, session, listener);
          } else {
            listener.onFailed(problem(failure));
          }
        });
  }

  /** Returns the reason why this response opens no session; empty if it does. */
  private Optional<ProblemDetail> check(URI address, HandshakeResponse response) {
    // Another HTTP server may respond with JSON, too.
    if (response.session() == null || response.session().isBlank()) {
      return Optional.of(
          ProblemDetail.of(
              ErrorCode.UNREACHABLE,
              "The server at " + address + " is not an Orrery scheduler.",
              null));
    }
    VersionRange ours = new VersionRange(offer.minVersion(), offer.maxVersion());
    int version = response.version();
    if (version >= ours.min() && version <= ours.max()) {
      return Optional.empty();
    }
    return Optional.of(
        new ProblemDetail(
            null,
            null,
            ErrorCode.VERSION_MISMATCH.status(),
            ErrorCode.VERSION_MISMATCH,
            "The scheduler chose API version " + version + ", which was not offered.",
            null,
            "version " + version,
            "versions " + ours,
            "scheduler: its software, which must choose among versions " + ours));
  }

  /** Returns true if the server is a scheduler that accepts handshakes on another port. */
  private static boolean isApiPort(Throwable failure) {
    return failure instanceof ProtocolClientException refused
        && refused.code() == ErrorCode.NOT_FOUND;
  }

  private void discoverAndHandshake(URI server, String session, Listener listener) {
    discover(
        server,
        address -> {
          if (listener.isWanted()) {
            handshake(server, address, session, listener);
          } else {
            listener.onGivenUp();
          }
        },
        problem -> {
          if (listener.isWanted()) {
            listener.onFailed(problem.code() == ErrorCode.NOT_FOUND ? otherPort(server) : problem);
          } else {
            listener.onGivenUp();
          }
        });
  }

  /** A management port answers both, as does a server of another kind. */
  private static ProblemDetail otherPort(URI server) {
    return ProblemDetail.of(
        ErrorCode.UNREACHABLE,
        "The server at "
            + server
            + " has no worker API and cannot say where it is: this is another port of the scheduler,"
            + " or another server.",
        null);
  }

  /** Asks a server for the address of our protocol; calls exactly one of the two actions. */
  void discover(URI server, Consumer<URI> onFound, Consumer<ProblemDetail> onFailed) {
    loop.handle(
        client.ask(server, WorkerOperation.DISCOVERY, offer, OperationTimeouts.DISCOVERY),
        (response, failure) -> {
          if (failure == null) {
            address(response).ifPresentOrElse(onFound, () -> onFailed.accept(noAddress()));
          } else {
            onFailed.accept(problem(failure));
          }
        });
  }

  private Optional<URI> address(DiscoveryResponse response) {
    return response.active().stream()
        .filter(endpoint -> endpoint.protocol() == client.protocol())
        .flatMap(endpoint -> uri(endpoint.address()).stream())
        .findFirst();
  }

  private static Optional<URI> uri(String address) {
    try {
      return address == null ? Optional.empty() : Optional.of(new URI(address));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private ProblemDetail noAddress() {
    return ProblemDetail.of(
        ErrorCode.PROTOCOL_MISMATCH,
        "The scheduler returned no address for "
            + client.protocol().canonicalName()
            + " that can be dialled.",
        null);
  }

  /** Returns the problem of a failed request; without a response, it is {@code UNREACHABLE}. */
  static ProblemDetail problem(Throwable failure) {
    return failure instanceof ProtocolClientException known
        ? known.problem()
        : ProblemDetail.of(ErrorCode.UNREACHABLE, String.valueOf(failure), null);
  }
}
