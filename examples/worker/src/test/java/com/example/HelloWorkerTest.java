package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orrery.worker.StopCause;
import dev.orrery.worker.test.ProcessorTester;
import dev.orrery.worker.test.TestedRun;
import dev.orrery.worker.test.TestedRun.Outcome;
import dev.orrery.worker.test.TestedRun.Progress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HelloWorkerTest {
  private final ProcessorTester tester = ProcessorTester.of(HelloWorker::greet);

  @Test
  void greetsGivenNumberOfTimes() {
    TestedRun run = tester.run(Map.of("name", "Ada", "times", "2"));

    assertEquals("greeted Ada 2 times", run.result().orElseThrow());
    assertEquals(List.of("hello, Ada", "hello, Ada"), run.lines());
    assertEquals(List.of(new Progress(50, "1 of 2"), new Progress(100, "2 of 2")), run.progress());
  }

  @Test
  void refusesZeroGreetings() {
    TestedRun run = tester.run(Map.of("times", "0"));

    assertEquals("'times' must be at least 1; got 0", run.error().orElseThrow());
  }

  @Test
  void stopsWhenCanceled() {
    TestedRun run =
        tester.parameter("times", "100").start().awaitLine("hello").stop(StopCause.CANCELED).await();

    assertEquals(Outcome.CANCELED, run.outcome());
  }
}
