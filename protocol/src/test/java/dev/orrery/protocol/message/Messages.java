package dev.orrery.protocol.message;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Named;

/** An example of every message, with the JSON that peers of other versions exchange. */
record Messages(Record message, String json) {
  /** The largest possible id: readers that parse numbers as doubles would round it. */
  private static final long ID = Long.MAX_VALUE;

  private static final String REF = "{\"instance\":\"9223372036854775807\",\"attempt\":3}";

  static List<Named<Messages>> all() {
    return List.of(
        example(new AttemptRef(ID, 3), REF),
        example(
            new Assignment(
                ID,
                3,
                "nightly",
                7,
                new ProcessorSpec.Shell(List.of("echo", "a b"), null, List.of(64), List.of("db")),
                Map.of("region", "eu"),
                "2027-03-28T01:00:00Z",
                1500L),
            """
            {"instance":"9223372036854775807","attempt":3,"job":"nightly","jobVersion":7,
             "processor":{"type":"shell","command":["echo","a b"],
               "nonRetryableExitCodes":[64],"secrets":["db"]},
             "parameters":{"region":"eu"},"fireTime":"2027-03-28T01:00:00Z","timeout":1500}
            """),
        example(
            new PollRequest(
                "s",
                12,
                5,
                List.of(new AttemptRef(ID, 3)),
                25000,
                true,
                List.of(new ProgressUpdate(ID, 3, 40, "copying"))),
            """
            {"session":"s","sequence":12,"free":5,"held":[%s],"wait":25000,"draining":true,
             "progress":[{"instance":"9223372036854775807","attempt":3,"percent":40,
               "message":"copying"}]}
            """
                .formatted(REF)),
        example(
            new PollResponse(
                List.of(
                    new Assignment(
                        1, 1, "j", 1, new ProcessorSpec.Noop("PT1S"), Map.of(), null, null)),
                List.of(new AttemptRef(ID, 3)),
                30000,
                true),
            """
            {"attempts":[{"instance":"1","attempt":1,"job":"j","jobVersion":1,
               "processor":{"type":"noop","sleep":"PT1S"},"parameters":{}}],
             "cancels":[%s],"leaseRemaining":30000,"drain":true}
            """
                .formatted(REF)),
        example(
            new AttemptReport(
                ID, 3, AttemptReport.Outcome.FAILED, "partly", "exit code 1", true, 1500L, true),
            """
            {"instance":"9223372036854775807","attempt":3,"outcome":"FAILED","result":"partly",
             "error":"exit code 1","logIncomplete":true,"runTime":1500,"nonRetryable":true}
            """),
        example(
            new ReportRequest(
                "s",
                List.of(
                    new AttemptReport(1, 2, AttemptReport.Outcome.SUCCEEDED, null, null, null))),
            """
            {"session":"s","reports":[{"instance":"1","attempt":2,"outcome":"SUCCEEDED"}]}
            """),
        example(
            new ReportResponse(
                List.of(
                    ReportResponse.Verdict.ACCEPTED,
                    ReportResponse.Verdict.ALREADY_ACCEPTED,
                    ReportResponse.Verdict.STALE)),
            """
            {"verdicts":["ACCEPTED","ALREADY_ACCEPTED","STALE"]}
            """),
        example(
            new RenewRequest(
                "s",
                List.of(new AttemptRef(ID, 3)),
                true,
                List.of(new ProgressUpdate(4, 1, 100, null))),
            """
            {"session":"s","held":[%s],"draining":true,
             "progress":[{"instance":"4","attempt":1,"percent":100}]}
            """
                .formatted(REF)),
        example(
            new RenewResponse(30000, List.of(new AttemptRef(ID, 3)), List.of(new AttemptRef(4, 1))),
            """
            {"leaseRemaining":30000,"cancels":[%s],"lost":[{"instance":"4","attempt":1}]}
            """
                .formatted(REF)),
        example(
            new ProgressUpdate(ID, 3, 0, "begun"),
            """
            {"instance":"9223372036854775807","attempt":3,"percent":0,"message":"begun"}
            """),
        example(
            new LogsRequest(
                "s",
                List.of(
                    new LogsRequest.Chunk(
                        ID, 3, 0, List.of(new LogsRequest.Line(250, "stdout", "hello"))))),
            """
            {"session":"s","chunks":[{"instance":"9223372036854775807","attempt":3,"sequence":0,
             "lines":[{"age":250,"stream":"stdout","text":"hello"}]}]}
            """),
        example(
            new LogsRequest.Chunk(ID, 3, 4, List.of()),
            """
            {"instance":"9223372036854775807","attempt":3,"sequence":4,"lines":[]}
            """),
        example(
            new LogsRequest.Line(250, "stderr", "oh"),
            """
            {"age":250,"stream":"stderr","text":"oh"}
            """),
        example(
            new LogsResponse(List.of(new LogsResponse.Accepted(ID, 3, 9))),
            """
            {"accepted":[{"instance":"9223372036854775807","attempt":3,"upTo":9}]}
            """),
        example(
            new LogsResponse.Accepted(ID, 3, 9),
            """
            {"instance":"9223372036854775807","attempt":3,"upTo":9}
            """),
        example(
            new ByeRequest("s", List.of(new AttemptRef(ID, 3))),
            """
            {"session":"s","handedBack":[%s]}
            """
                .formatted(REF)),
        example(new ByeResponse(true), "{\"ended\":true}"),
        example(
            new WorkerOffer(
                "http",
                "orrery",
                1,
                2,
                "0.1.0",
                "billing",
                "w-1",
                List.of("gpu"),
                List.of("noop", "shell"),
                20,
                "5f0c1d6a-3b0e-4a53-9d0f-7a2f6c1f8e21"),
            """
            {"protocol":"http","dialect":"orrery","minVersion":1,"maxVersion":2,
             "softwareVersion":"0.1.0","app":"billing","name":"w-1","tags":["gpu"],
             "processors":["noop","shell"],"capacity":20,
             "session":"5f0c1d6a-3b0e-4a53-9d0f-7a2f6c1f8e21"}
            """),
        example(
            new HandshakeResponse(
                "s", 1, 30000, 25000, 10000, Instant.parse("2026-05-01T12:00:00.123Z"), "0.1.0"),
            """
            {"session":"s","version":1,"leaseRemaining":30000,"pollWait":25000,"renewInterval":10000,
             "serverTime":"2026-05-01T12:00:00.123Z","softwareVersion":"0.1.0"}
            """),
        example(
            new DiscoveryResponse(
                List.of(new DiscoveryResponse.Endpoint(Protocol.HTTP, "http://h:10010")),
                1,
                2,
                "0.1.0"),
            """
            {"active":[{"protocol":"http","address":"http://h:10010"}],"minVersion":1,
             "maxVersion":2,"softwareVersion":"0.1.0"}
            """),
        example(
            new DiscoveryResponse.Endpoint(Protocol.AKKA, "h:10086"),
            """
            {"protocol":"akka","address":"h:10086"}
            """),
        example(
            new ProblemDetail(
                null,
                null,
                409,
                ErrorCode.VERSION_MISMATCH,
                "too old",
                null,
                "versions 2",
                "versions 1",
                "worker: upgrade"),
            """
            {"type":"about:blank","title":"Version mismatch","status":409,
             "code":"VERSION_MISMATCH","detail":"too old","server":"versions 2",
             "worker":"versions 1","settingToChange":"worker: upgrade"}
            """),
        example(
            new ProblemDetail.FieldError("timeout", "'timeout' must be a duration."),
            """
            {"field":"timeout","message":"'timeout' must be a duration."}
            """));
  }

  private static Named<Messages> example(Record message, String json) {
    return Named.of(message.getClass().getSimpleName(), new Messages(message, json));
  }
}
