package dev.orrery.worker.spring;

import dev.orrery.worker.binding.BindingPlatform;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.ProcessorDecorator;
import dev.orrery.worker.binding.ResultWriter;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Runs a worker in a Spring Boot application, which serves its {@code @OrreryJob} methods. */
@AutoConfiguration
@EnableConfigurationProperties({OrreryWorkersProperties.class, OrreryWorkerProperties.class})
public class OrreryWorkerAutoConfiguration {

  /** Nothing asks for these beans, so that they would not exist with lazy initialization. */
  @Bean
  static LazyInitializationExcludeFilter orreryEagerBeans() {
    return LazyInitializationExcludeFilter.forBeanTypes(
        JobBeans.class, LogCapture.class, OrreryWorkerLifecycle.class);
  }

  @Bean
  LogCapture orreryLogCapture(OrreryWorkersProperties properties) {
    return new LogCapture(properties);
  }

  @Bean
  static LateJobs orreryLateJobs() {
    return new LateJobs();
  }

  @Bean
  JobBeans orreryJobBeans(
      ConfigurableListableBeanFactory beans,
      Environment environment,
      ObjectProvider<ResultWriter> results,
      LateJobs late) {
    return new JobBeans(
        beans,
        new BindingPlatform(
            new SpringParameterConverter(beans),
            Optional.ofNullable(results.getIfUnique()),
            environment::resolveRequiredPlaceholders,
            Optional.of("spring")),
        late);
  }

  @Bean
  @ConditionalOnProperty(
      prefix = OrreryWorkerProperties.PREFIX,
      name = "enabled",
      matchIfMissing = true)
  OrreryWorkerLifecycle orreryWorker(
      ApplicationContext context,
      JobBeans jobs,
      OrreryWorkersProperties properties,
      OrreryWorkerProperties unnamed,
      ObjectProvider<SslBundles> bundles,
      ObjectProvider<OrreryWorkerCustomizer> customizers,
      ObjectProvider<ProcessorDecorator> decorators) {
    return new OrreryWorkerLifecycle(
        context,
        jobs,
        properties,
        unnamed,
        (setting, bundle) -> SslBundleContext.of(bundles, setting, bundle),
        customizers.orderedStream().toList(),
        decorators.orderedStream().toList());
  }
}
