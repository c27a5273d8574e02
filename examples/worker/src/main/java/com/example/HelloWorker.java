package com.example;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;

/** Runs the jobs with {@code processor: {type: java, name: hello}}. */
public final class HelloWorker {
  private HelloWorker() {}

  public static void main(String[] args) throws InterruptedException {
    OrreryWorker worker =
        WorkerSettings.of("demo", System.getenv("ORRERY_WORKER_TOKEN"))
            .server("http://localhost:10010")
            .name("hello-worker") // in lists; without it, the name of the machine
            .processor("hello", HelloWorker::greet)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(worker::close)); // lets running attempts end
    System.out.println("The worker runs. Ctrl-C stops it.");
    worker.awaitClosed();
  }

  static String greet(AttemptContext context) throws Exception {
    int times = Integer.parseInt(context.parameters().getOrDefault("times", "1"));
    if (times < 1) {
      throw new AttemptFailedException("'times' must be at least 1; got " + times);
    }
    String name = context.parameters().getOrDefault("name", "world");
    for (int i = 1; i <= times; i++) {
      context.log("hello, " + name);
      context.progress(100 * i / times, i + " of " + times);
      Thread.sleep(500); // the work; a cancel, a time-out or a lost lease interrupts it
    }
    return "greeted " + name + " " + times + " times";
  }
}
