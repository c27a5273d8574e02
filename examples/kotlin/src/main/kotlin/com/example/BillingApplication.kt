package com.example

import dev.orrery.worker.annotation.JobContext
import dev.orrery.worker.annotation.OrreryJob
import dev.orrery.worker.annotation.OrrerySchedule
import java.time.LocalDate
import java.util.Optional
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication
import org.springframework.stereotype.Component

@SpringBootApplication
class BillingApplication

fun main(args: Array<String>) {
  runApplication<BillingApplication>(*args)
}

@Component
class Invoices {
  @OrreryJob("send-invoices", doNotRetry = [IllegalArgumentException::class])
  @OrrerySchedule(cron = "0 30 2 * * *", zone = "Europe/Berlin")
  fun send(day: Optional<LocalDate>, job: JobContext): String {
    val sent = day.orElseGet(LocalDate::now)
    require(!sent.isAfter(LocalDate.of(2099, 12, 31))) { "no invoices of $sent" }
    job.log("sending the invoices of $sent")
    job.progress(100, "3 of 3")
    return "3 invoices of $sent"
  }
}
