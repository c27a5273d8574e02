package dev.orrery.transport.akka;

import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Echoes the body of a request, or parks the request. */
final class TestHandler implements OperationHandler {
  static final String ECHO = "/echo";
  static final String PARK = "/park";
  static final String LARGE = "/large";
  static final int LARGE_BYTES = 700_001;

  final Map<String, CompletableFuture<OperationResponse>> parked = new ConcurrentHashMap<>();
  final CountDownLatch gone = new CountDownLatch(1);

  @Override
  public CompletionStage<OperationResponse> handle(
      OperationRequest request, String host, Consumer<Runnable> onGone) {
    switch (request.path()) {
      case PARK -> {
        onGone.accept(gone::countDown);
        return parked.computeIfAbsent(request.token(), token -> new CompletableFuture<>());
      }
      case LARGE -> {
        byte[] large = new byte[LARGE_BYTES];
        large[LARGE_BYTES - 1] = 7;
        return CompletableFuture.completedFuture(new OperationResponse(false, large));
      }
      default -> {
        return CompletableFuture.completedFuture(new OperationResponse(false, request.body()));
      }
    }
  }

  @Override
  public OperationResponse overloaded() {
    return new OperationResponse(true, new byte[] {1});
  }

  @Override
  public OperationResponse tooLarge() {
    return new OperationResponse(true, new byte[] {2});
  }
}
