package dev.orrery.worker.binding;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Return types of job methods whose values arrive later, such as futures. They are recognized by
 * their names, because their libraries may be absent.
 */
enum LaterType {
  STAGE(CompletionStage.class.getName()),
  FUTURE(Future.class.getName()),
  UNI("io.smallrye.mutiny.Uni"),
  MONO("reactor.core.publisher.Mono"),

  /** Nobody does this work, or nobody can wait for it. */
  REFUSED(
      Flow.Publisher.class.getName(),
      "org.reactivestreams.Publisher",
      Callable.class.getName(),
      Supplier.class.getName(),
      Runnable.class.getName(),
      "io.reactivex.Completable",
      "io.reactivex.Maybe",
      "io.reactivex.Observable",
      "io.reactivex.Single",
      "io.reactivex.rxjava3.core.Completable",
      "io.reactivex.rxjava3.core.Maybe",
      "io.reactivex.rxjava3.core.Observable",
      "io.reactivex.rxjava3.core.Single",
      "kotlin.Lazy",
      "kotlin.jvm.functions.Function0",
      "kotlin.sequences.Sequence",
      "kotlinx.coroutines.Job",
      "kotlinx.coroutines.flow.Flow",
      "org.springframework.web.context.request.async.DeferredResult",
      "org.springframework.web.context.request.async.WebAsyncTask",
      "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
      "org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

  private static final List<LaterType> ALL = List.of(values());

  private static final ClassValue<Optional<LaterType>> KNOWN =
      new ClassValue<>() {
        @Override
        protected Optional<LaterType> computeValue(Class<?> type) {
          return ALL.stream().filter(later -> later.in(type).isPresent()).findFirst();
        }
      };

  @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable.
  private final Set<String> names;

  LaterType(String... names) {
    this.names = Set.of(names);
  }

  /** Returns what the type is, the first of the constants that fits. */
  static Optional<LaterType> of(Class<?> type) {
    return KNOWN.get(type);
  }

  /** Returns the supertype that has the name. */
  Optional<Class<?>> in(Class<?> type) {
    return supertypes(type).filter(each -> names.contains(each.getName())).findFirst();
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    Stream<Class<?>> above =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
            .flatMap(LaterType::supertypes);
    return Stream.concat(Stream.of(type), above);
  }

  /** Says why a method must not return the type. */
  static String refusal(Class<?> type) {
    return "it returns a "
        + type.getSimpleName()
        + ", and the run would end before its work does. Do the work in the method and return its"
        + " result, or a CompletionStage, Future, Uni or Mono of it.";
  }

  /** Says why a method must not return several. */
  static String refusalWithin(Class<?> container, Class<?> type) {
    return "it returns a "
        + container.getSimpleName()
        + " with a "
        + type.getSimpleName()
        + " in it, and the run would end before that work does. Wait for all of them and return"
        + " their results.";
  }
}
