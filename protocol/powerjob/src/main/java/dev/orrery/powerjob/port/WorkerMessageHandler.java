package dev.orrery.powerjob.port;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.ClusterQuery;
import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import java.util.concurrent.CompletionStage;

/**
 * Handles the messages of PowerJob workers. Its methods never block. The caller is the address of
 * the machine that sent a message.
 */
public interface WorkerMessageHandler {
  void heartbeat(String caller, Heartbeat heartbeat);

  /** Completes when the end of a run is stored; a worker repeats a report without an answer. */
  CompletionStage<AskAnswer> report(String caller, InstanceReport report);

  void log(String caller, LogReport report);

  CompletionStage<AskAnswer> cluster(String caller, ClusterQuery query);
}
