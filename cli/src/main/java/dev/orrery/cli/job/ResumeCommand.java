package dev.orrery.cli.job;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orrery resume}: resumes a paused job or app. */
@Command(
    name = "resume",
    description = "Resumes a paused job, or all jobs of a paused app.",
    mixinStandardHelpOptions = true)
public final class ResumeCommand implements Callable<Integer> {
  @Mixin private PauseCall call;

  @Override
  public Integer call() {
    return call.send("resume", "resumed", null);
  }
}
