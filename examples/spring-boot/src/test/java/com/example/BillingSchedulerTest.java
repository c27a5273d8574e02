package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orrery.client.Instance;
import dev.orrery.client.JobDocument;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.Run;
import dev.orrery.worker.spring.test.WithLocalScheduler;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
@WithLocalScheduler
@EnabledIfEnvironmentVariable(named = "ORRERY_HOME", matches = ".+")
class BillingSchedulerTest {
  @Autowired OrreryClient orrery;

  @Test
  void sendsInvoicesWhenScheduled() {
    orrery.putJob(
        "send-today",
        JobDocument.ofJson("{\"processor\": {\"type\": \"java\", \"name\": \"send-invoices\"}}"));
    String id = orrery.runJob(Run.of("send-today").parameter("day", "2026-11-26"));

    Instance ended = orrery.awaitEnd(id, Duration.ofMinutes(1));

    assertEquals(Optional.of("{\"day\":\"2026-11-26\",\"invoices\":3}"), ended.result());
  }
}
