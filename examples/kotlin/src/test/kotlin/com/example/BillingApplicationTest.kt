package com.example

import dev.orrery.worker.spring.test.OrreryTest
import dev.orrery.worker.test.OrreryJobTester
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.springframework.beans.factory.annotation.Autowired

@OrreryTest
class BillingApplicationTest(@Autowired private val tester: OrreryJobTester) {
  @Test
  fun sendsInvoicesOfGivenDay() {
    val run = tester.run("send-invoices", mapOf("day" to "2026-11-26"))

    assertEquals("3 invoices of 2026-11-26", run.result().orElseThrow())
    assertEquals(listOf("sending the invoices of 2026-11-26"), run.lines())
  }

  @Test
  fun refusesDayWithoutInvoicesForGood() {
    assertTrue(tester.run("send-invoices", mapOf("day" to "2100-01-01")).nonRetryable())
  }
}
