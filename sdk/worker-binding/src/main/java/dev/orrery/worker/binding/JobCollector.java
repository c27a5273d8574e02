package dev.orrery.worker.binding;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.worker.Processor;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.binding.AnnotatedMethods.Found;
import dev.orrery.worker.binding.declare.JobDeclaration;
import dev.orrery.worker.binding.declare.ScheduleReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Collects the jobs of an application: add all objects, then call {@link #finish}. It reports all
 * mistakes together, before any job runs.
 */
public final class JobCollector {
  private static final Set<String> BUILT_IN =
      Set.of(ProcessorSpec.NOOP, ProcessorSpec.SHELL, ProcessorSpec.HTTP);

  private static final Pattern WORKER = Pattern.compile("[a-z0-9-]{0,50}");

  private final BindingPlatform platform;
  private final Map<String, BoundJob> jobs = new LinkedHashMap<>();
  private final Map<String, String> places = new LinkedHashMap<>();
  private final Map<String, String> jobPlaces = new LinkedHashMap<>();
  private final List<String> mistakes = new ArrayList<>();

  public JobCollector(BindingPlatform platform) {
    this.platform = platform;
  }

  /** Adds the jobs of an object. */
  public JobCollector add(Object object) {
    return add(object.getClass(), "", JobTarget.of(object));
  }

  /**
   * Adds the jobs of a class.
   *
   * @param place tells objects of one class apart in messages, such as {@code (bean 'billing')};
   *     may be empty
   * @param target calls the methods
   */
  public JobCollector add(Class<?> type, String place, JobTarget target) {
    for (Found found : AnnotatedMethods.of(type)) {
      String where = MethodName.of(type, found.method()) + (place.isEmpty() ? "" : " " + place);
      found
          .job()
          .ifPresentOrElse(
              job -> add(job, type, found, where, target),
              () ->
                  mistakes.add(
                      where
                          + ": @OrrerySchedule without @OrreryJob. Add @OrreryJob(\"…\"), which"
                          + " names the processor."));
    }
    return this;
  }

  /**
   * Refuses what the platform has found.
   *
   * @param mistake with the class, the method and the fix
   */
  public JobCollector refuse(String mistake) {
    mistakes.add(mistake);
    return this;
  }

  private void add(
      OrreryJob annotation, Class<?> type, Found found, String where, JobTarget target) {
    Consumer<String> refuse = mistake -> mistakes.add(where + ": " + mistake);
    Method method = found.method();
    checkMethod(method, refuse);
    checkOverrides(found.overrides(), refuse);
    Elsewhere.refusal(type, found).ifPresent(refuse);
    target.refusal(method).ifPresent(refuse);
    String worker = annotation.worker();
    String name = annotation.value();
    checkNames(worker, name, where, refuse);
    List<Argument> arguments = new ArgumentReader(platform, found.types(), refuse).read(method);
    ResultWriter results = new ResultReader(platform, found.types(), refuse).read(method);
    ScheduleReader schedules =
        new ScheduleReader(platform.placeholders(), platform.dialect(), refuse);
    List<JobDeclaration> declarations =
        found.schedules().stream()
            .map(schedule -> schedules.read(name, schedule))
            .flatMap(Optional::stream)
            .toList();
    for (JobDeclaration declared : declarations) {
      checkJobName(worker, declared.name(), where, refuse);
      checkParameters(declared, arguments, refuse);
      checkUnknown(declared, arguments, refuse);
    }
    Processor processor =
        new RetryRule(
            new MethodProcessor(name, method, arguments, target, results),
            List.of(annotation.doNotRetry()));
    BoundJob bound = new BoundJob(worker, name, type, method, processor, declarations);
    jobs.putIfAbsent(bound.uniqueName(), bound);
  }

  private void checkJobName(String worker, String job, String where, Consumer<String> refuse) {
    String other = jobPlaces.putIfAbsent(BoundJob.uniqueName(worker, job), where);
    if (other != null) {
      refuse.accept(
          "the job '"
              + job
              + "' is also declared by "
              + other
              + ". Give each its own name, @OrrerySchedule(name = \"…\").");
    }
  }

  private static void checkParameters(
      JobDeclaration declared, List<Argument> arguments, Consumer<String> refuse) {
    for (Argument argument : arguments) {
      if (argument instanceof ConvertedArgument converted) {
        checkParameter(declared, converted, refuse);
      }
    }
  }

  /** A method with the map or the context may read any parameter. */
  private static void checkUnknown(
      JobDeclaration declared, List<Argument> arguments, Consumer<String> refuse) {
    if (!arguments.stream().allMatch(ConvertedArgument.class::isInstance)) {
      return;
    }
    List<String> known =
        arguments.stream().map(each -> ((ConvertedArgument) each).parameter().name()).toList();
    declared.parameterNames().stream()
        .filter(name -> !known.contains(name))
        .forEach(
            name ->
                refuse.accept(
                    "the method has no parameter '"
                        + name
                        + "', which @OrrerySchedule(parameters) sets. Correct the name"
                        + (known.isEmpty() ? "" : " (it has " + String.join(", ", known) + ")")
                        + ", or leave it out."));
  }

  private static void checkParameter(
      JobDeclaration declared, ConvertedArgument argument, Consumer<String> refuse) {
    String name = argument.parameter().name();
    if (declared.parameterNames().contains(name)) {
      declared
          .parameter(name)
          .flatMap(argument::refusal)
          .ifPresent(mistake -> refuse.accept(mistake + " Correct @OrrerySchedule(parameters)."));
    } else if (argument.isRequired() && declared.hasTrigger() && !declared.setsInParts(name)) {
      refuse.accept(
          "a fire has no parameter '"
              + name
              + "'. Set it, @OrrerySchedule(parameters = \""
              + name
              + "=…\"), or give it a default.");
    }
  }

  private static void checkMethod(Method method, Consumer<String> refuse) {
    if (Modifier.isPrivate(method.getModifiers())) {
      refuse.accept("it is private, so a proxy of the class hides it. Leave 'private' out.");
    } else if (Modifier.isAbstract(method.getModifiers())) {
      refuse.accept(
          "it is abstract. Annotate a method that has a body, or declare the class of the bean as the type that makes it.");
    } else {
      method.setAccessible(true);
    }
  }

  /** An annotation counts more than those above it; two beside each other do not. */
  private static void checkOverrides(List<Method> overrides, Consumer<String> refuse) {
    List<Method> annotated =
        overrides.stream().filter(method -> method.isAnnotationPresent(OrreryJob.class)).toList();
    annotated.stream()
        .filter(
            other ->
                !other.getDeclaringClass().isAssignableFrom(annotated.get(0).getDeclaringClass())
                    && !name(other).equals(name(annotated.get(0))))
        .findFirst()
        .ifPresent(
            other ->
                refuse.accept(
                    "its name is '%s' in %s and '%s' in %s. Annotate the method itself."
                        .formatted(
                            name(annotated.get(0)),
                            annotated.get(0).getDeclaringClass().getSimpleName(),
                            name(other),
                            other.getDeclaringClass().getSimpleName())));
  }

  private static String name(Method method) {
    OrreryJob job = method.getAnnotation(OrreryJob.class);
    return BoundJob.uniqueName(job.worker(), job.value());
  }

  private void checkNames(String worker, String name, String where, Consumer<String> refuse) {
    if (!WORKER.matcher(worker).matches()) {
      refuse.accept(
          "the worker '"
              + worker
              + "' must be at most 50 characters out of a-z 0-9 -. Change @OrreryJob(worker).");
    }
    if (!ProcessorSpec.Java.isName(name)) {
      refuse.accept(
          "the name '"
              + name
              + "' must be 1 to 150 characters out of A-Z a-z 0-9 . _ $ -. Change"
              + " @OrreryJob.");
    } else if (BUILT_IN.contains(name)) {
      refuse.accept(
          "the name '" + name + "' is that of a type of processors. Choose another in @OrreryJob.");
    }
    String other = places.putIfAbsent(BoundJob.uniqueName(worker, name), where);
    if (other != null) {
      refuse.accept(
          "the name '" + name + "' is also that of " + other + ". Give each method its own name.");
    }
  }

  /**
   * Returns the jobs in the order in which they were added.
   *
   * @throws InvalidJobsException with all mistakes
   */
  public List<BoundJob> finish() {
    if (!mistakes.isEmpty()) {
      throw new InvalidJobsException(mistakes);
    }
    return List.copyOf(jobs.values());
  }
}
