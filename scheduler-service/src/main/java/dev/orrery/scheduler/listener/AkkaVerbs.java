package dev.orrery.scheduler.listener;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Transport;
import dev.orrery.protocol.Verb;
import dev.orrery.protocol.transport.VerbAnswer;
import dev.orrery.protocol.transport.VerbHandler;
import dev.orrery.protocol.transport.VerbRequest;
import dev.orrery.scheduler.problem.MalformedJson;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.problem.Problems;
import dev.orrery.scheduler.problem.Refusals;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.security.TokenCallers;
import dev.orrery.scheduler.verb.Peer;
import dev.orrery.scheduler.verb.WorkerVerbs;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** The worker verbs over akka: what {@link WorkerResource} is over HTTP. */
@Singleton
class AkkaVerbs implements VerbHandler {
  private final Map<String, Served<?, ?>> served = new HashMap<>();
  private final TokenCallers callers;
  private final ObjectMapper json;
  private final UnderWay underWay = new UnderWay();
  private volatile boolean stopping;

  private record Served<Q, A>(
      Verb<Q, A> verb, BiFunction<Peer, Q, ? extends CompletionStage<A>> action) {}

  AkkaVerbs(WorkerVerbs verbs, TokenCallers callers, ObjectMapper json) {
    this.callers = callers;
    this.json = json;
    serve(Verb.HANDSHAKE, verbs::handshake);
    serve(Verb.POLL, verbs::poll);
    serve(Verb.REPORT, verbs::report);
    serve(Verb.RENEW, verbs::renew);
    serve(Verb.LOGS, verbs::logs);
    serve(Verb.BYE, verbs::bye);
  }

  private <Q, A> void serve(
      Verb<Q, A> verb, BiFunction<Peer, Q, ? extends CompletionStage<A>> action) {
    served.put(verb.path(), new Served<>(verb, action));
  }

  @Override
  public CompletionStage<VerbAnswer> handle(VerbRequest request, Consumer<Runnable> whenGone) {
    underWay.begin();
    return answer(request, whenGone)
        .handle((answer, failure) -> failure == null ? answer : refusal(failure))
        .whenComplete((answer, failure) -> underWay.end());
  }

  private CompletionStage<VerbAnswer> answer(VerbRequest request, Consumer<Runnable> whenGone) {
    if (stopping) {
      return CompletableFuture.failedFuture(
          ProblemException.unavailable("The scheduler is stopping."));
    }
    return callers.worker(request.token()).thenCompose(caller -> serve(caller, request, whenGone));
  }

  private CompletionStage<VerbAnswer> serve(
      Caller caller, VerbRequest request, Consumer<Runnable> whenGone) {
    Served<?, ?> found = served.get(request.path());
    if (found == null) {
      throw ProblemException.of(ErrorCode.NOT_FOUND, "There is no such verb over akka.");
    }
    // The address that was dialled matters to discovery only, which is asked over HTTP.
    return serve(found, new Peer(caller, Transport.AKKA, null, whenGone), request.body());
  }

  private <Q, A> CompletionStage<VerbAnswer> serve(Served<Q, A> found, Peer peer, byte[] body) {
    return found.action().apply(peer, read(found.verb(), body)).thenApply(this::written);
  }

  private <Q> Q read(Verb<Q, ?> verb, byte[] body) {
    Q request;
    try {
      request = json.readValue(body, verb.request());
    } catch (JsonProcessingException e) {
      throw MalformedJson.of(e);
    } catch (IOException e) {
      throw new IllegalStateException("Bytes are always readable", e);
    }
    if (request == null) {
      throw ProblemException.malformed(null, "The body is missing.");
    }
    return request;
  }

  private VerbAnswer written(Object answer) {
    return new VerbAnswer(false, bytes(answer));
  }

  private VerbAnswer refusal(Throwable failure) {
    return new VerbAnswer(true, bytes(Problems.from(failure).problem()));
  }

  private byte[] bytes(Object message) {
    try {
      return json.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Our messages are always writable", e);
    }
  }

  @Override
  public VerbAnswer overloaded() {
    return refusal(ProblemException.overloaded("Too many requests wait; try again."));
  }

  @Override
  public VerbAnswer tooLarge() {
    return refusal(
        ProblemException.of(
            ErrorCode.TOO_LARGE,
            Refusals.TOO_LARGE
                + " A message is at most "
                + Transport.AKKA.maxMessageBytes()
                + " bytes; split it."));
  }

  /** From now on every verb is refused. */
  UnderWay stop() {
    stopping = true;
    return underWay;
  }
}
