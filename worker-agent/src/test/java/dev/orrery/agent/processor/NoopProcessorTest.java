package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ProcessorSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NoopProcessorTest {
  private final NoopProcessor noop = new NoopProcessor();

  @Test
  void succeedsWithoutDoingAnything() throws Exception {
    assertThat(noop.process(new FakeContext(new ProcessorSpec.Noop(null)))).isNull();
  }

  @Test
  void sleepsForConfiguredDuration() throws Exception {
    long before = System.nanoTime();

    noop.process(new FakeContext(new ProcessorSpec.Noop("PT0.05S")));

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(49));
  }

  @Test
  void endsSleepOnInterrupt() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> noop.process(new FakeContext(new ProcessorSpec.Noop("PT1H"))))
        .isInstanceOf(InterruptedException.class);
  }
}
