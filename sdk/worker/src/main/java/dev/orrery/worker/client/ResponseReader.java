package dev.orrery.worker.client;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonObject;
import dev.orrery.protocol.json.JsonObject.Element;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.protocol.message.ReportResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON responses of a scheduler. Unknown fields are ignored, so that a newer scheduler
 * can be used.
 */
final class ResponseReader {
  private static final Map<Class<?>, Element<?>> READERS =
      Map.of(
          DiscoveryResponse.class, ResponseReader::discovery,
          HandshakeResponse.class, ResponseReader::handshake,
          PollResponse.class, ResponseReader::poll,
          ReportResponse.class, ResponseReader::report,
          RenewResponse.class, ResponseReader::renew,
          LogsResponse.class, ResponseReader::logs,
          ByeResponse.class, json -> new ByeResponse(json.flag("ended")),
          ProblemDetail.class, ResponseReader::problem);

  private ResponseReader() {}

  /**
   * @param type of a {@link dev.orrery.protocol.WorkerOperation}, or of a refusal
   */
  static <T> T read(byte[] body, Class<T> type) throws JsonException {
    return type.cast(READERS.get(type).read(JsonObject.parse(body)));
  }

  private static DiscoveryResponse discovery(JsonObject json) throws JsonException {
    return new DiscoveryResponse(
        json.objects(
            "active",
            one -> DiscoveryResponse.Endpoint.of(one.text("protocol"), one.text("address"))),
        json.integer("minVersion"),
        json.integer("maxVersion"),
        json.text("softwareVersion"));
  }

  private static HandshakeResponse handshake(JsonObject json) throws JsonException {
    return new HandshakeResponse(
        json.text("session"),
        json.integer("version"),
        json.number("leaseRemaining"),
        json.number("pollWait"),
        json.number("renewInterval"),
        json.instant("serverTime"),
        json.text("softwareVersion"));
  }

  private static PollResponse poll(JsonObject json) throws JsonException {
    return new PollResponse(
        json.objects("attempts", ResponseReader::assignment),
        json.objects("cancels", ResponseReader::ref),
        json.number("leaseRemaining"),
        json.flag("drain"));
  }

  private static Assignment assignment(JsonObject json) throws JsonException {
    JsonObject processor = json.object("processor");
    return new Assignment(
        json.number("instance"),
        json.integer("attempt"),
        json.text("job"),
        json.integer("jobVersion"),
        processor == null ? null : processor(processor),
        json.textMap("parameters"),
        json.text("fireTime"),
        json.numberOrNull("timeout"));
  }

  private static ProcessorSpec processor(JsonObject json) throws JsonException {
    String type = String.valueOf(json.text("type"));
    return switch (type) {
      case ProcessorSpec.NOOP -> new ProcessorSpec.Noop(json.text("sleep"));
      case ProcessorSpec.SHELL ->
          new ProcessorSpec.Shell(
              json.textsOrNull("command"),
              json.text("script"),
              json.integersOrNull("nonRetryableExitCodes"),
              json.textsOrNull("secrets"));
      case ProcessorSpec.HTTP ->
          new ProcessorSpec.Http(
              json.text("method"),
              json.text("url"),
              json.textMap("headers"),
              json.text("body"),
              json.texts("expectStatus"),
              json.textsOrNull("nonRetryableStatus"));
      case ProcessorSpec.JAVA -> new ProcessorSpec.Java(json.text("name"));
      case ProcessorSpec.POWERJOB ->
          new ProcessorSpec.PowerJob(
              json.text("executeType"),
              json.text("processorType"),
              json.text("processorInfo"),
              json.text("jobName"),
              json.textMap("options"));
      default -> throw new JsonException("processor has the unknown type " + type);
    };
  }

  private static ReportResponse report(JsonObject json) throws JsonException {
    List<ReportResponse.Verdict> verdicts = new ArrayList<>();
    for (String verdict : json.texts("verdicts")) {
      verdicts.add(ReportResponse.Verdict.of(verdict));
    }
    return new ReportResponse(verdicts);
  }

  private static RenewResponse renew(JsonObject json) throws JsonException {
    return new RenewResponse(
        json.number("leaseRemaining"),
        json.objects("cancels", ResponseReader::ref),
        json.objects("lost", ResponseReader::ref));
  }

  private static LogsResponse logs(JsonObject json) throws JsonException {
    return new LogsResponse(
        json.objects(
            "accepted",
            one ->
                new LogsResponse.Accepted(
                    one.number("instance"), one.integer("attempt"), one.integer("upTo"))));
  }

  private static AttemptRef ref(JsonObject json) throws JsonException {
    return new AttemptRef(json.number("instance"), json.integer("attempt"));
  }

  private static ProblemDetail problem(JsonObject json) throws JsonException {
    return new ProblemDetail(
        json.text("type"),
        json.text("title"),
        json.integer("status"),
        ErrorCode.of(json.text("code")),
        json.text("detail"),
        json.text("field"),
        json.text("server"),
        json.text("worker"),
        json.text("settingToChange"),
        json.objectsOrNull(
            "errors", one -> new ProblemDetail.FieldError(one.text("field"), one.text("message"))));
  }
}
