package dev.orrery.worker.quarkus.deployment;

import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.JsonFormat;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.ProcessorDecorator;
import dev.orrery.worker.binding.ResultWriter;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
import dev.orrery.worker.quarkus.DrainListener;
import dev.orrery.worker.quarkus.OrreryRecorder;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.quarkus.QuarkusBinding;
import dev.orrery.worker.quarkus.client.OrreryClientProducer;
import dev.orrery.worker.quarkus.client.QuarkusOutbox;
import io.quarkus.arc.deployment.AdditionalBeanBuildItem;
import io.quarkus.arc.deployment.BeanContainerBuildItem;
import io.quarkus.arc.deployment.CustomScopeAnnotationsBuildItem;
import io.quarkus.arc.deployment.SyntheticBeansRuntimeInitBuildItem;
import io.quarkus.arc.deployment.UnremovableBeanBuildItem;
import io.quarkus.arc.deployment.ValidationPhaseBuildItem;
import io.quarkus.arc.deployment.ValidationPhaseBuildItem.ValidationErrorBuildItem;
import io.quarkus.bootstrap.classloading.QuarkusClassLoader;
import io.quarkus.deployment.Capabilities;
import io.quarkus.deployment.Capability;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.Consume;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.deployment.builditem.CombinedIndexBuildItem;
import io.quarkus.deployment.builditem.ExtensionSslNativeSupportBuildItem;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.builditem.ServiceStartBuildItem;
import io.quarkus.deployment.builditem.ShutdownListenerBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveHierarchyBuildItem;
import io.quarkus.deployment.execannotations.ExecutionModelAnnotationsAllowedBuildItem;
import io.quarkus.deployment.metrics.MetricsCapabilityBuildItem;
import io.quarkus.runtime.metrics.MetricsFactory;
import io.quarkus.smallrye.health.deployment.spi.HealthBuildItem;
import io.smallrye.config.SmallRyeConfig;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.MethodInfo;
import org.jboss.jandex.Type;

/** The build steps of the Quarkus extension. */
class OrreryProcessor {
  static final String FEATURE = "orrery";

  /** Named as texts: each needs a library that the application may lack. */
  private static final String WELLNESS = "dev.orrery.worker.quarkus.health.WorkerWellness";

  private static final String OUTBOX_WELLNESS = "dev.orrery.worker.quarkus.health.OutboxWellness";

  private static final String READINESS = "dev.orrery.worker.quarkus.health.WorkerReadiness";
  private static final String UNI = "io.smallrye.mutiny.Uni";
  private static final String JACKSON = "dev.orrery.worker.quarkus.json.JacksonResultWriter";
  private static final String TESTER = "dev.orrery.worker.quarkus.test.OrreryJobTesterProducer";
  private static final String WORKER_TEST = "dev.orrery.worker.test.OrreryJobTester";
  private static final String TLS = "dev.orrery.worker.quarkus.tls.RegistryTlsContexts";
  private static final String TLS_REGISTRY = "io.quarkus.tls.TlsConfigurationRegistry";
  private static final String METRICS = "dev.orrery.worker.quarkus.metrics.WorkerMetricsProducer";
  private static final String TRACING = "dev.orrery.worker.quarkus.otel.TracingCustomizer";

  @BuildStep
  FeatureBuildItem feature() {
    return new FeatureBuildItem(FEATURE);
  }

  @BuildStep
  void beans(
      OrreryBuildConfig config,
      Capabilities capabilities,
      Optional<MetricsCapabilityBuildItem> metrics,
      BuildProducer<AdditionalBeanBuildItem> beans) {
    beans.produce(AdditionalBeanBuildItem.unremovableOf(OrreryWorkerLifecycle.class));
    beans.produce(new AdditionalBeanBuildItem(OrreryClientProducer.class));
    beans.produce(AdditionalBeanBuildItem.unremovableOf(QuarkusOutbox.class));
    if (capabilities.isPresent(Capability.JACKSON)) {
      beans.produce(AdditionalBeanBuildItem.unremovableOf(JACKSON));
    }
    if (QuarkusClassLoader.isClassPresentAtRuntime(WORKER_TEST)) {
      beans.produce(AdditionalBeanBuildItem.unremovableOf(TESTER));
    }
    if (QuarkusClassLoader.isClassPresentAtRuntime(TLS_REGISTRY)) {
      beans.produce(AdditionalBeanBuildItem.unremovableOf(TLS));
    }
    if (capabilities.isPresent(Capability.OPENTELEMETRY_TRACER)) {
      beans.produce(AdditionalBeanBuildItem.unremovableOf(TRACING));
    }
    if (config.metricsEnabled()
        && metrics.isPresent()
        && metrics.get().metricsSupported(MetricsFactory.MICROMETER)) {
      beans.produce(AdditionalBeanBuildItem.unremovableOf(METRICS));
    }
  }

  @BuildStep
  HealthBuildItem health(OrreryBuildConfig config) {
    return new HealthBuildItem(
        config.healthReadiness() ? READINESS : WELLNESS, config.healthEnabled());
  }

  @BuildStep
  HealthBuildItem outboxHealth(OrreryBuildConfig config) {
    return new HealthBuildItem(OUTBOX_WELLNESS, config.healthEnabled());
  }

  @BuildStep
  ShutdownListenerBuildItem drain() {
    return new ShutdownListenerBuildItem(new DrainListener());
  }

  @BuildStep
  JobClassesBuildItem find(CombinedIndexBuildItem index) {
    return new JobClassesBuildItem(JobClasses.in(index.getIndex()));
  }

  /** The framework calls these methods, so they may say on which thread. */
  @BuildStep
  ExecutionModelAnnotationsAllowedBuildItem allowExecutionModel(JobClassesBuildItem jobs) {
    return new ExecutionModelAnnotationsAllowedBuildItem(method -> jobs.classes().contains(method));
  }

  /** Nothing injects a bean that has only jobs. */
  @BuildStep
  void keep(JobClassesBuildItem jobs, BuildProducer<UnremovableBeanBuildItem> unremovable) {
    unremovable.produce(
        new UnremovableBeanBuildItem(
            bean -> jobs.classes().contains(bean.getProviderType().name())));
    unremovable.produce(
        UnremovableBeanBuildItem.beanTypes(
            ResultWriter.class,
            OrreryWorkerCustomizer.class,
            OrreryClientCustomizer.class,
            ProcessorDecorator.class));
  }

  @BuildStep
  void check(
      JobClassesBuildItem jobs,
      ValidationPhaseBuildItem validation,
      CustomScopeAnnotationsBuildItem scopes,
      BuildProducer<JobBeansBuildItem> beans,
      BuildProducer<ValidationErrorBuildItem> errors) {
    SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
    JobCheck check =
        new JobCheck(
            jobs.classes(),
            QuarkusBinding.building(
                config, has(validation, ResultWriter.class), has(validation, JsonFormat.class)));
    validation.getContext().beans().stream().forEach(check::add);
    try {
      beans.produce(new JobBeansBuildItem(check.finish(scopes::isScopeDeclaredOn)));
    } catch (InvalidJobsException e) {
      errors.produce(new ValidationErrorBuildItem(e));
      beans.produce(new JobBeansBuildItem(Map.of()));
    }
  }

  private static boolean has(ValidationPhaseBuildItem validation, Class<?> type) {
    DotName name = DotName.createSimple(type);
    return validation.getContext().beans().stream().anyMatch(bean -> bean.hasType(name));
  }

  /** What the binding reads by reflection, for native programs. */
  @BuildStep
  void register(
      JobClassesBuildItem jobs,
      JobBeansBuildItem beans,
      BuildProducer<ReflectiveClassBuildItem> classes,
      BuildProducer<ReflectiveHierarchyBuildItem> values) {
    classes.produce(ReflectiveClassBuildItem.builder(beans.classes().values()).methods().build());
    classes.produce(ReflectiveClassBuildItem.builder(UNI).methods().build());
    for (MethodInfo method : jobs.classes().methods()) {
      ClassInfo declaring = method.declaringClass();
      classes.produce(
          ReflectiveClassBuildItem.builder(declaring.name().toString()).methods().build());
      method.parameterTypes().stream()
          .flatMap(OrreryProcessor::converted)
          .forEach(
              type ->
                  classes.produce(
                      ReflectiveClassBuildItem.builder(type.name().toString())
                          .constructors()
                          .methods()
                          .build()));
      method.parameterTypes().stream()
          .flatMap(OrreryProcessor::converted)
          .filter(type -> !type.name().toString().startsWith("java."))
          .forEach(
              type ->
                  values.produce(
                      ReflectiveHierarchyBuildItem.builder(type)
                          .source(declaring.name() + "." + method.name())
                          .build()));
      if (method.returnType().kind() != Type.Kind.VOID) {
        values.produce(
            ReflectiveHierarchyBuildItem.builder(method.returnType())
                .source(declaring.name() + "." + method.name())
                .build());
      }
    }
  }

  /** Returns the types to which texts are converted, also for an {@code Optional} of one. */
  private static Stream<Type> converted(Type type) {
    return switch (type.kind()) {
      case CLASS -> Stream.of(type);
      case PARAMETERIZED_TYPE ->
          type.asParameterizedType().arguments().stream().flatMap(OrreryProcessor::converted);
      default -> Stream.empty();
    };
  }

  /** A scheduler may have an address of https. */
  @BuildStep
  ExtensionSslNativeSupportBuildItem tls() {
    return new ExtensionSslNativeSupportBuildItem(FEATURE);
  }

  @BuildStep
  @Record(ExecutionTime.RUNTIME_INIT)
  @Consume(SyntheticBeansRuntimeInitBuildItem.class)
  ServiceStartBuildItem prepare(
      OrreryRecorder recorder, BeanContainerBuildItem container, JobBeansBuildItem beans) {
    recorder.prepare(beans.classes(), InstantSource.system().millis());
    return new ServiceStartBuildItem(FEATURE);
  }
}
