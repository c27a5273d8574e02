package dev.orrery.worker.spring;

import java.util.concurrent.CountDownLatch;

/** Keeps the process of an application without a web server alive while its worker runs. */
final class KeepAlive {
  private final CountDownLatch released = new CountDownLatch(1);

  void start() {
    Thread thread = new Thread(this::await, "orrery-keep-alive");
    thread.setDaemon(false);
    thread.start();
  }

  private void await() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void release() {
    released.countDown();
  }
}
