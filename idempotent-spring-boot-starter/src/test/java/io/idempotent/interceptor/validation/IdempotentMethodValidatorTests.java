package io.idempotent.interceptor.validation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.Idempotent;
import io.idempotent.engine.operation.Operations;
import io.idempotent.interceptor.Application;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import io.idempotent.interceptor.SourceCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.PriorityOrdered;
import org.springframework.data.domain.Page;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What stops the start, and what does not.
 */
class IdempotentMethodValidatorTests {

	private final ApplicationContextRunner runner = Application.proxyingClasses();

	@Test
	void operationsOfAllBeansAreDefinedAtStartWithoutCreatingLazyOnes() {
		this.runner.withUserConfiguration(Later.class).run((context) -> {
			assertThat(context.getBean(Operations.class).names()).containsExactly("client.pay", "eager", "lazy",
					"prototype");
			assertThat(context.getBeanFactory().containsSingleton("lazy")).isFalse();
			assertThat(Later.clients).hasValue(0);
		});
	}

	@Test
	void allProblemsAreListedAtOnceEachWithItsMethodAndRemedy() {
		assertThat(problemsOf(this.runner.withBean(Unproxyable.class))).hasSize(3)
			.anySatisfy((text) -> assertThat(text).contains(Unproxyable.class.getName() + ".finalMethod(String): ")
				.contains("it is final")
				.contains("Make it non-final"))
			.anySatisfy((text) -> assertThat(text).contains(Unproxyable.class.getName() + ".privateMethod(String): ")
				.contains("it is private")
				.contains("Make it public"))
			.anySatisfy((text) -> assertThat(text).contains(Unproxyable.class.getName() + ".staticMethod(String): ")
				.contains("it is static")
				.contains("Make it an instance method"));
	}

	@Test
	void aTypeOfResultThatCannotReplayIsRefusedWithWhatToWriteInstead() {
		assertThat(problemsOf(this.runner.withBean(ResultOfALibrary.class))).singleElement()
			.asString()
			.contains(ResultOfALibrary.class.getName() + ".submit(String): ")
			.contains("Page<java.lang.String> is abstract. Return a record of your own with what callers need of Page, "
					+ "such as record StringPage(List<String> content, long total), or declare a ResultCodec bean");
	}

	@Test
	void declarationsOfBeansThatAreNotThereYetAreRefusedToo() {
		assertThat(
				problemsOf(this.runner.withBean(NoKey.class, NoKey::new, (definition) -> definition.setLazyInit(true))))
			.singleElement()
			.asString()
			.contains(NoKey.class.getName() + ".submit(String): it has no `key`");
		assertThat(problemsOf(
				this.runner.withBean(NoKey.class, NoKey::new, (definition) -> definition.setScope("prototype"))))
			.singleElement()
			.asString()
			.contains("it has no `key`");
	}

	@Test
	void aPrototypeThatIsProxiedAlreadyIsReadByItsClass() {
		Application.proxyingInterfaces()
			.withBean(Unnamed.class, Unnamed::new, (definition) -> definition.setScope("prototype"))
			.withBean(Holder.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(Operations.class).names())
					.containsExactly(Unnamed.class.getName() + ".submit(String)");
			});
	}

	@Test
	void aFinalClassIsRefusedBeforeItsFirstUse() {
		assertThat(
				problemsOf(this.runner.withBean(Final.class, Final::new, (definition) -> definition.setLazyInit(true))))
			.singleElement()
			.asString()
			.contains(Final.class.getName() + " is final, so no proxy can be made of it", "Make the class non-final",
					"spring.aop.proxy-target-class=false");
	}

	@Test
	void aFinalClassIsFineBehindItsInterface() {
		Application.proxyingInterfaces().withBean(FinalSubmission.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Submission.class).submit("a")).isEqualTo("a1");
			assertThat(context.getBean(Submission.class).submit("a")).isEqualTo("a1");
		});
	}

	@Test
	void aMethodThatNoInterfaceHasIsRefusedBehindAnInterface() {
		String problem = "bean 'bean' is proxied by its interfaces, and none of them has the method";
		assertThat(problemsOf(Application.proxyingInterfaces().withBean("bean", Wider.class))).singleElement()
			.asString()
			.contains(Wider.class.getName() + ".other(String): " + problem, "spring.aop.proxy-target-class=true");
		assertThat(problemsOf(Application.proxyingInterfaces()
			.withBean("bean", Wider.class, Wider::new, (definition) -> definition.setLazyInit(true)))).singleElement()
			.asString()
			.contains(problem);
	}

	@Test
	void aPackagePrivateMethodOfAnotherPackageIsRefused(@TempDir Path directory) throws Exception {
		assertThat(problemsOf(this.runner.withBean(PackagePrivate.class))).isEmpty();
		SourceCompiler compiler = new SourceCompiler(directory);
		compiler.compile("app.base.Base", """
				public class Base {
					@io.idempotent.Idempotent(key = "#a0")
					String submit(String id) { return id; }
				}""");
		Class<?> bean = compiler.compile("app.other.Bean", "public class Bean extends app.base.Base { }");
		assertThat(problemsOf(this.runner.withClassLoader(bean.getClassLoader()).withBean(bean))).singleElement()
			.asString()
			.contains("app.other.Bean.submit(String): it is package-private in another package",
					"Make it public or protected");
	}

	@Test
	void aBeanThatAPostProcessorNeedsIsRefused() {
		assertThat(problemsOf(this.runner.withUserConfiguration(TooEarly.class))).singleElement()
			.asString()
			.contains(Eager.class.getName() + ".submit(String): bean 'eager' is not proxied",
					"Move the method to a bean that no BeanPostProcessor needs");
	}

	@Test
	void aBeanThatIsRegisteredAsAnObjectIsRefused() {
		assertThat(problemsOf(this.runner
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("ready", new Eager()))))
			.singleElement()
			.asString()
			.contains("bean 'ready' is not proxied", "registered as a ready object");
	}

	@Test
	void aMockInThePlaceOfABeanIsNotRefused() {
		this.runner
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("mock", Mockito.mock(Eager.class)))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void withoutAutoProxyingEveryBeanIsRefused() {
		String problem = "bean 'bean' is not proxied, because auto-proxying is off";
		assertThat(problemsOf(Application.unproxied().withBean("bean", Eager.class))).singleElement()
			.asString()
			.contains(problem, "spring.aop.auto=false");
		assertThat(problemsOf(Application.unproxied()
			.withBean("bean", Eager.class, Eager::new, (definition) -> definition.setLazyInit(true)))).singleElement()
			.asString()
			.contains(problem);
	}

	@Test
	void aBeanThatIsProxiedTwiceIsRefused() {
		assertThat(problemsOf(this.runner.withBean("bean", Eager.class).withUserConfiguration(SecondCreator.class)))
			.singleElement()
			.asString()
			.contains("bean 'bean' is proxied 2 times", "Leave only one auto-proxy creator");
	}

	@Test
	void aBeanThatIsDeclaredByItsInterfaceIsReadByItsClass() {
		this.runner.withUserConfiguration(DeclaredByInterface.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Operations.class).names())
				.containsExactly(Unnamed.class.getName() + ".submit(String)");
		});
	}

	@Test
	void aLazyBeanThatIsDeclaredByAnInterfaceMustNameItsOperation() {
		assertThat(problemsOf(this.runner.withUserConfiguration(LazyByInterface.class))).singleElement()
			.asString()
			.contains(".submit(String): the class of the bean is not known before it is created", "Name the operation");
	}

	@Test
	void aConfigurationClassMayHaveAnnotatedMethods() {
		this.runner.withUserConfiguration(AnnotatedConfiguration.class).run((context) -> {
			assertThat(context).hasNotFailed();
			AnnotatedConfiguration bean = context.getBean(AnnotatedConfiguration.class);
			assertThat(bean.submit("a")).isEqualTo("a1");
			assertThat(bean.submit("a")).isEqualTo("a1");
			assertThat(context.getBean(Operations.class).names()).containsExactly("configuration");
		});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aFailureThatCommitsAndIsNotRecordedIsWarnedOf(CapturedOutput output) {
		this.runner.withBean(Transfers.class).run((context) -> assertThat(context).hasNotFailed());
		String prefix = "@Idempotent on " + Transfers.class.getName();
		assertThat(output).contains(prefix + ".commits(String): its transaction commits on [java.io.IOException]",
				"rollbackFor");
		assertThat(output).doesNotContain(prefix + ".rollsBack")
			.doesNotContain(prefix + ".records")
			.doesNotContain(prefix + ".holds")
			.doesNotContain(prefix + ".untransacted");
	}

	@Test
	void theNamesOfAnnotatedOperationsCanBeListedWithoutTheAdvice() {
		new ApplicationContextRunner().withUserConfiguration(Later.class)
			.withBean(Unnamed.class)
			.withBean(NoKey.class)
			.run((context) -> {
				assertThat(IdempotentBeans.operationNames(context.getBeanFactory())).containsExactly("client.pay",
						"eager", NoKey.class.getName() + ".submit(String)", Unnamed.class.getName() + ".submit(String)",
						"lazy", "prototype");
				assertThat(context.getBeanFactory().containsSingleton("lazy")).isFalse();
			});
	}

	private static List<String> problemsOf(ApplicationContextRunner runner) {
		AtomicInteger runs = new AtomicInteger();
		List<String> problems = new ArrayList<>();
		runner.run((context) -> {
			runs.incrementAndGet();
			Throwable failure = context.getStartupFailure();
			if (failure != null) {
				assertThat(failure).isInstanceOf(InvalidIdempotentMethodException.class);
				((InvalidIdempotentMethodException) failure).problems()
					.forEach((problem) -> problems.add(problem.toString()));
				assertThat(failure).hasMessage(String.join(System.lineSeparator(), problems));
			}
		});
		assertThat(runs).hasValue(1);
		return problems;
	}

	interface Submission {

		@Idempotent(key = "#id", operation = "submission")
		String submit(String id);

	}

	static class Eager {

		private final AtomicInteger calls = new AtomicInteger();

		@Idempotent(key = "#id", operation = "eager")
		public String submit(String id) {
			return id + this.calls.incrementAndGet();
		}

	}

	static class ResultOfALibrary {

		@Idempotent(key = "#id", operation = "library")
		public Page<String> submit(String id) {
			return Page.empty();
		}

	}

	static class LazyBean {

		@Idempotent(key = "#id", operation = "lazy")
		public void submit(String id) {
		}

	}

	static class PrototypeBean {

		@Idempotent(key = "#id", operation = "prototype")
		public void submit(String id) {
		}

	}

	interface Client {

		@Idempotent(key = "#id", operation = "client.pay")
		String pay(String id);

	}

	static class ClientFactory implements FactoryBean<Client> {

		@Override
		public Client getObject() {
			Later.clients.incrementAndGet();
			return (id) -> id;
		}

		@Override
		public Class<?> getObjectType() {
			return Client.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Later {

		static final AtomicInteger clients = new AtomicInteger();

		@Bean
		Eager eager() {
			return new Eager();
		}

		@Bean
		@Lazy
		LazyBean lazy() {
			return new LazyBean();
		}

		@Bean
		@Scope("prototype")
		PrototypeBean prototype() {
			return new PrototypeBean();
		}

		@Bean
		ClientFactory client() {
			return new ClientFactory();
		}

	}

	static class Unproxyable {

		@Idempotent(key = "#id")
		public final void finalMethod(String id) {
		}

		@Idempotent(key = "#id")
		private String privateMethod(String id) {
			return id;
		}

		@Idempotent(key = "#id")
		public static void staticMethod(String id) {
		}

		public String use() {
			return privateMethod("id");
		}

	}

	static class NoKey {

		@Idempotent
		public void submit(String id) {
		}

	}

	static final class Final {

		@Idempotent(key = "#id")
		public void submit(String id) {
		}

	}

	static final class FinalSubmission implements Submission {

		private final AtomicInteger calls = new AtomicInteger();

		@Override
		public String submit(String id) {
			return id + this.calls.incrementAndGet();
		}

	}

	static class Wider implements Submission {

		@Override
		public String submit(String id) {
			return id;
		}

		@Idempotent(key = "#id")
		public void other(String id) {
		}

	}

	static class PackagePrivate {

		@Idempotent(key = "#id")
		void submit(String id) {
		}

	}

	static class Processor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TooEarly {

		@Bean
		static Processor processor(Eager eager) {
			return new Processor();
		}

		@Bean
		static Eager eager() {
			return new Eager();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondCreator {

		@Bean
		static DefaultAdvisorAutoProxyCreator second() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

	}

	interface UnnamedSubmission {

		@Idempotent(key = "#id")
		String submit(String id);

	}

	static class Unnamed implements UnnamedSubmission {

		@Override
		public String submit(String id) {
			return id;
		}

	}

	record Holder(UnnamedSubmission submission) {

	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredByInterface {

		@Bean
		UnnamedSubmission submission() {
			return new Unnamed();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyByInterface {

		@Bean
		@Lazy
		UnnamedSubmission submission() {
			return new Unnamed();
		}

	}

	@Configuration
	static class AnnotatedConfiguration {

		private final AtomicInteger calls = new AtomicInteger();

		@Idempotent(key = "#id", operation = "configuration")
		public String submit(String id) {
			return id + this.calls.incrementAndGet();
		}

	}

	static class Transfers {

		@Transactional
		@Idempotent(key = "#id")
		public void commits(String id) throws IOException {
		}

		@Transactional(rollbackFor = IOException.class)
		@Idempotent(key = "#id")
		public void rollsBack(String id) throws IOException {
		}

		@Transactional
		@Idempotent(key = "#id", recordFailures = Exception.class)
		public void records(String id) throws IOException {
		}

		@Transactional
		@Idempotent(key = "#id", unknownFailures = IOException.class)
		public void holds(String id) throws IOException, InterruptedException, IllegalStateException {
		}

		@Idempotent(key = "#id")
		public void untransacted(String id) throws IOException {
		}

	}

}
