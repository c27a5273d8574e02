package dev.orrery.worker.client;

import dev.orrery.protocol.json.JsonWriter;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.WorkerOffer;

/** Writes the requests of a worker as JSON. */
final class RequestWriter {
  private static final int REF_LENGTH = 48;
  private static final int REPORT_LENGTH = 96;

  private RequestWriter() {}

  /**
   * @param request of a {@link dev.orrery.protocol.WorkerOperation}
   */
  static byte[] write(Object request) {
    if (request instanceof PollRequest poll) {
      return JsonWriter.write(poll, REF_LENGTH * poll.held().size(), RequestWriter::poll);
    }
    if (request instanceof RenewRequest renew) {
      return JsonWriter.write(renew, REF_LENGTH * renew.held().size(), RequestWriter::renew);
    }
    if (request instanceof ReportRequest report) {
      return JsonWriter.write(
          report,
          REPORT_LENGTH * report.reports().size(),
          (json, value) ->
              json.text("session", value.session())
                  .objects("reports", value.reports(), RequestWriter::attempt));
    }
    if (request instanceof LogsRequest logs) {
      return JsonWriter.write(
          logs,
          (json, value) ->
              json.text("session", value.session())
                  .objects("chunks", value.chunks(), RequestWriter::chunk));
    }
    if (request instanceof WorkerOffer offer) {
      return JsonWriter.write(offer, RequestWriter::offer);
    }
    if (request instanceof ByeRequest bye) {
      return JsonWriter.write(
          bye,
          (json, value) ->
              json.text("session", value.session())
                  .objects("handedBack", value.handedBack(), RequestWriter::ref));
    }
    throw new IllegalArgumentException("No request of a worker: " + request.getClass());
  }

  private static void poll(JsonWriter json, PollRequest poll) {
    json.text("session", poll.session())
        .number("sequence", poll.sequence())
        .number("free", poll.free())
        .objects("held", poll.held(), RequestWriter::ref)
        .number("wait", poll.waitMillis())
        .flag("draining", poll.draining())
        .nonEmptyObjects("progress", poll.progress(), RequestWriter::progress);
  }

  private static void renew(JsonWriter json, RenewRequest renew) {
    json.text("session", renew.session())
        .objects("held", renew.held(), RequestWriter::ref)
        .flag("draining", renew.draining())
        .nonEmptyObjects("progress", renew.progress(), RequestWriter::progress);
  }

  private static void offer(JsonWriter json, WorkerOffer offer) {
    json.text("protocol", offer.protocol())
        .text("dialect", offer.dialect())
        .number("minVersion", offer.minVersion())
        .number("maxVersion", offer.maxVersion())
        .text("softwareVersion", offer.softwareVersion())
        .text("app", offer.app())
        .text("name", offer.name())
        .texts("tags", offer.tags())
        .texts("processors", offer.processors())
        .number("capacity", offer.capacity())
        .text("session", offer.session());
  }

  private static void ref(JsonWriter json, AttemptRef ref) {
    json.id("instance", ref.instance()).number("attempt", ref.attempt());
  }

  private static void attempt(JsonWriter json, AttemptReport report) {
    json.id("instance", report.instance())
        .number("attempt", report.attempt())
        .text("outcome", report.outcome().name())
        .text("result", report.result())
        .text("error", report.error())
        .flag("logIncomplete", report.logIncomplete())
        .number("runTime", report.runTime())
        .flag("nonRetryable", report.nonRetryable());
  }

  private static void progress(JsonWriter json, ProgressUpdate update) {
    json.id("instance", update.instance())
        .number("attempt", update.attempt())
        .number("percent", update.percent())
        .text("message", update.message());
  }

  private static void chunk(JsonWriter json, LogsRequest.Chunk chunk) {
    json.id("instance", chunk.instance())
        .number("attempt", chunk.attempt())
        .number("sequence", chunk.sequence())
        .objects("lines", chunk.lines(), RequestWriter::line);
  }

  private static void line(JsonWriter json, LogsRequest.Line line) {
    json.number("age", line.ageMillis()).text("stream", line.stream()).text("text", line.text());
  }
}
