package dev.orrery.protocol;

import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.WorkerOffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An operation that workers call. Over HTTP it is a POST to {@link #path()} with a JSON body; a
 * refusal is a {@link dev.orrery.protocol.message.ProblemDetail}.
 *
 * @param path of the operation over HTTP
 * @param request the type of the body
 * @param response the type of the response
 * @param maxRequestBytes the largest body over HTTP
 */
public record WorkerOperation<Q, A>(
    String path, Class<Q> request, Class<A> response, int maxRequestBytes) {

  public static final WorkerOperation<WorkerOffer, DiscoveryResponse> DISCOVERY =
      new WorkerOperation<>(
          Paths.DISCOVERY,
          WorkerOffer.class,
          DiscoveryResponse.class,
          MessageLimits.MAX_SHORT_MESSAGE_BYTES);
  public static final WorkerOperation<WorkerOffer, HandshakeResponse> HANDSHAKE =
      new WorkerOperation<>(
          Paths.HANDSHAKE,
          WorkerOffer.class,
          HandshakeResponse.class,
          MessageLimits.MAX_SHORT_MESSAGE_BYTES);
  public static final WorkerOperation<PollRequest, PollResponse> POLL =
      new WorkerOperation<>(
          Paths.POLL, PollRequest.class, PollResponse.class, MessageLimits.MAX_SHORT_MESSAGE_BYTES);
  public static final WorkerOperation<ReportRequest, ReportResponse> REPORT =
      new WorkerOperation<>(
          Paths.REPORT, ReportRequest.class, ReportResponse.class, MessageLimits.MAX_MESSAGE_BYTES);
  public static final WorkerOperation<RenewRequest, RenewResponse> RENEW =
      new WorkerOperation<>(
          Paths.RENEW,
          RenewRequest.class,
          RenewResponse.class,
          MessageLimits.MAX_SHORT_MESSAGE_BYTES);
  public static final WorkerOperation<LogsRequest, LogsResponse> LOGS =
      new WorkerOperation<>(
          Paths.LOGS, LogsRequest.class, LogsResponse.class, MessageLimits.MAX_MESSAGE_BYTES);
  public static final WorkerOperation<ByeRequest, ByeResponse> BYE =
      new WorkerOperation<>(
          Paths.BYE, ByeRequest.class, ByeResponse.class, MessageLimits.MAX_SHORT_MESSAGE_BYTES);

  public static final List<WorkerOperation<?, ?>> ALL =
      List.of(DISCOVERY, HANDSHAKE, POLL, REPORT, RENEW, LOGS, BYE);

  private static final Map<String, WorkerOperation<?, ?>> BY_PATH =
      ALL.stream()
          .collect(Collectors.toUnmodifiableMap(WorkerOperation::path, Function.identity()));

  /** Returns the operation with this HTTP path; empty if there is no such operation. */
  public static Optional<WorkerOperation<?, ?>> ofPath(String path) {
    return Optional.ofNullable(BY_PATH.get(path));
  }

  /** The paths as constants, for annotations. */
  public static final class Paths {
    /** The root of the REST API, which clients of users call. */
    public static final String API = "/api/v1";

    public static final String DISCOVERY = "/discovery/v1";
    public static final String WORKER = "/worker/v1";
    public static final String HANDSHAKE = WORKER + "/handshake";
    public static final String POLL = WORKER + "/poll";
    public static final String REPORT = WORKER + "/report";
    public static final String RENEW = WORKER + "/renew";
    public static final String LOGS = WORKER + "/logs";
    public static final String BYE = WORKER + "/bye";

    private Paths() {}
  }
}
