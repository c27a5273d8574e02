package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.RunRequest;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.powerjob.HeldBlocks.TimedLine;
import dev.orrery.scheduler.powerjob.LogSequencer.Source;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Creates the requests that send runs to workers. */
@Singleton
class RunRequestFactory {
  private final WorkerDirectory directory;
  private final LogSequencer logs;
  private final InstantSource clock;
  private final Ticker ticker;

  RunRequestFactory(
      WorkerDirectory directory, LogSequencer logs, InstantSource clock, Ticker ticker) {
    this.directory = directory;
    this.logs = logs;
    this.clock = clock;
    this.ticker = ticker;
  }

  /**
   * Returns the request for a run. The log of a run says if workers of the app cannot share its
   * work.
   *
   * @param job its number
   */
  RunRequest request(
      GatewaySession gatewaySession,
      WorkerRun run,
      Assignment assignment,
      ProcessorSpec.PowerJob processor,
      long job) {
    int maxWorkers = processor.number(ProcessorSpec.PowerJob.MAX_WORKER_COUNT, 0);
    return new RunRequest(
        workers(gatewaySession, run, processor, maxWorkers),
        maxWorkers,
        job,
        run.wireId(),
        processor.executeType(),
        processor.processorType(),
        processor.processorInfo(),
        assignment.timeoutMillis() == null ? 0 : assignment.timeoutMillis(),
        assignment.parameters().getOrDefault(ProcessorSpec.PowerJob.JOB_PARAMS, ""),
        assignment.parameters().get(ProcessorSpec.PowerJob.INSTANCE_PARAMS),
        processor.number(ProcessorSpec.PowerJob.CONCURRENCY, 5),
        processor.number(ProcessorSpec.PowerJob.TASK_RETRY_NUM, 0),
        "API",
        0,
        processor.option(ProcessorSpec.PowerJob.LOG_CONFIG));
  }

  /**
   * Returns the workers that share the work of a run: the one that gets the run comes first.
   *
   * @param most 0 for all
   */
  private List<String> workers(
      GatewaySession gatewaySession, WorkerRun run, ProcessorSpec.PowerJob processor, int most) {
    String own = gatewaySession.address().toString();
    if (gatewaySession.kind() == TrackerKind.LIGHT) {
      return List.of(own);
    }
    sayWhoIsLeftOut(gatewaySession, run);
    Stream<String> others =
        directory
            .addresses(
                gatewaySession.app().id(), gatewaySession.channel().protocol(), processor.tags())
            .stream()
            .filter(address -> !address.equals(own));
    return Stream.concat(Stream.of(own), others).limit(most == 0 ? Long.MAX_VALUE : most).toList();
  }

  /** PowerJob's workers of two protocols cannot reach each other. */
  private void sayWhoIsLeftOut(GatewaySession gatewaySession, WorkerRun run) {
    String protocol = gatewaySession.channel().protocol().canonicalName();
    long others =
        directory
            .of(gatewaySession.app().id())
            .filter(worker -> !worker.protocol().equals(protocol))
            .filter(worker -> !worker.address().equals(gatewaySession.address()))
            .count();
    if (others > 0) {
      String text =
          "Orrery: workers of the app that do not speak %s do not share this run: %d"
              .formatted(protocol, others);
      logs.add(
          new Source(gatewaySession.app().caller(), gatewaySession.id(), run.attempt()),
          List.of(new TimedLine(clock.instant().toEpochMilli(), "stderr", text)),
          false,
          ticker.nanos());
    }
  }
}
