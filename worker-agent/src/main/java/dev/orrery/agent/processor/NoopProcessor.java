package dev.orrery.agent.processor;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.Processor;
import dev.orrery.worker.attempt.AssignedAttempt;
import java.time.Duration;

/** Does nothing, or sleeps for the given time. */
public final class NoopProcessor implements Processor {

  @Override
  public boolean leavesThreadClean() {
    return true;
  }

  @Override
  public String process(AttemptContext context) throws InterruptedException {
    if (AssignedAttempt.of(context).assignment().processor() instanceof ProcessorSpec.Noop noop
        && noop.sleep() != null) {
      Thread.sleep(Duration.parse(noop.sleep()).toMillis());
    }
    return null;
  }
}
