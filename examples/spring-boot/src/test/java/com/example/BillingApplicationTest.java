package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orrery.worker.spring.test.OrreryTest;
import dev.orrery.worker.test.OrreryJobTester;
import dev.orrery.worker.test.TestedRun;
import dev.orrery.worker.test.TestedRun.Progress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@OrreryTest
class BillingApplicationTest {
  @Autowired OrreryJobTester tester;

  @Test
  void sendsTheInvoicesOfADay() {
    TestedRun run = tester.run("send-invoices", Map.of("day", "2026-11-26"));

    assertEquals("{\"day\":\"2026-11-26\",\"invoices\":3}", run.result().orElseThrow());
    assertEquals(List.of("sending the invoices of 2026-11-26"), run.lines());
    assertEquals(List.of(new Progress(100, "3 of 3")), run.progress());
  }

  @Test
  void failsOnADayThatDoesNotExist() {
    TestedRun run = tester.run("send-invoices", Map.of("day", "2026-02-30"));

    assertFalse(run.succeeded());
    assertTrue(run.error().orElseThrow().startsWith("The parameter 'day' is '2026-02-30'"));
  }
}
