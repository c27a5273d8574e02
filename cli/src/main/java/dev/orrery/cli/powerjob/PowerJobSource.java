package dev.orrery.cli.powerjob;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/** Reads the jobs and workflows of a PowerJob app, and changes nothing there. */
interface PowerJobSource extends AutoCloseable {
  /** Passes on each job by number, with the fields of PowerJob's answer to {@code fetchJob}. */
  void jobs(Consumer<ObjectNode> job);

  /** As {@link #jobs}, with the fields {@code id}, {@code wfName} and {@code status}. */
  void workflows(Consumer<ObjectNode> workflow);

  @Override
  void close();
}
