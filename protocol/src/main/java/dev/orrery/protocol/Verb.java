package dev.orrery.protocol;

import dev.orrery.protocol.message.ByeAnswer;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.DiscoveryAnswer;
import dev.orrery.protocol.message.HandshakeAnswer;
import dev.orrery.protocol.message.LogsAnswer;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.Offer;
import dev.orrery.protocol.message.PollAnswer;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.RenewAnswer;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.ReportAnswer;
import dev.orrery.protocol.message.ReportRequest;
import java.util.List;

/**
 * What a worker can ask of the scheduler. Over HTTP a verb is a POST to {@link #path()} with a JSON
 * body; a refusal is a {@link dev.orrery.protocol.message.Problem}.
 *
 * @param path where it is served over HTTP
 * @param request the type of the body
 * @param answer the type of the answer
 */
public record Verb<Q, A>(String path, Class<Q> request, Class<A> answer) {

  /** No message of a worker or to a worker is larger over HTTP; senders cut or split. */
  public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  public static final Verb<Offer, DiscoveryAnswer> DISCOVERY =
      new Verb<>(Paths.DISCOVERY, Offer.class, DiscoveryAnswer.class);
  public static final Verb<Offer, HandshakeAnswer> HANDSHAKE =
      new Verb<>(Paths.HANDSHAKE, Offer.class, HandshakeAnswer.class);
  public static final Verb<PollRequest, PollAnswer> POLL =
      new Verb<>(Paths.POLL, PollRequest.class, PollAnswer.class);
  public static final Verb<ReportRequest, ReportAnswer> REPORT =
      new Verb<>(Paths.REPORT, ReportRequest.class, ReportAnswer.class);
  public static final Verb<RenewRequest, RenewAnswer> RENEW =
      new Verb<>(Paths.RENEW, RenewRequest.class, RenewAnswer.class);
  public static final Verb<LogsRequest, LogsAnswer> LOGS =
      new Verb<>(Paths.LOGS, LogsRequest.class, LogsAnswer.class);
  public static final Verb<ByeRequest, ByeAnswer> BYE =
      new Verb<>(Paths.BYE, ByeRequest.class, ByeAnswer.class);

  public static final List<Verb<?, ?>> ALL =
      List.of(DISCOVERY, HANDSHAKE, POLL, REPORT, RENEW, LOGS, BYE);

  /** The paths as constants, for annotations. */
  public static final class Paths {
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
