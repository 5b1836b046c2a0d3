package io.idempotent.codec.payload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.idempotent.engine.PayloadDigester.Part;
import io.idempotent.store.Fingerprint;
import jakarta.persistence.Basic;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OrderColumn;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.bytecode.enhance.spi.interceptor.LazyAttributeLoadingInterceptor;
import org.hibernate.bytecode.enhance.spi.interceptor.LazyAttributeLoadingInterceptor.EntityRelatedState;
import org.hibernate.collection.spi.PersistentBag;
import org.hibernate.collection.spi.PersistentMap;
import org.hibernate.collection.spi.PersistentSet;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.engine.spi.PersistentAttributeInterceptor;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.hibernate.proxy.HibernateProxy;
import org.hibernate.tool.schema.Action;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Entities as they come from a database. A fingerprint neither depends on what happens to
 * be loaded nor loads anything.
 */
public class HibernatePayloadTests {

	private static SessionFactory sessions;

	private final CanonicalPayloadDigester digester = new CanonicalPayloadDigester();

	@BeforeAll
	static void fillDatabase() {
		sessions = new HibernatePersistenceConfiguration("payloads").managedClasses(Customer.class, Purchase.class)
			.jdbcUrl("jdbc:h2:mem:payloads;DB_CLOSE_DELAY=-1")
			.schemaToolingAction(Action.CREATE_DROP)
			.property("hibernate.generate_statistics", true)
			.createEntityManagerFactory();
		sessions.inTransaction((session) -> {
			session.persist(new Customer(1, "Ada"));
			session.persist(purchase(session.getReference(Customer.class, 1)));
		});
	}

	@AfterAll
	static void closeDatabase() {
		sessions.close();
	}

	@Test
	void anEntityAndItsLoadedProxyAreTheSameRequest() {
		Customer proxy = inSession((session) -> {
			Customer reference = session.getReference(Customer.class, 1);
			Hibernate.initialize(reference);
			return reference;
		});

		assertThat(proxy).isInstanceOf(HibernateProxy.class);
		assertThat(digest(proxy, Customer.class)).isEqualTo(digest(new Customer(1, "Ada"), Customer.class))
			.isNotEqualTo(digest(new Customer(1, "Bob"), Customer.class));
		assertThat(digest(proxy, Object.class)).isEqualTo(digest(new Customer(1, "Ada"), Object.class));
		assertThat(digest(List.of(proxy), List.class)).isEqualTo(digest(List.of(new Customer(1, "Ada")), List.class));
	}

	@Test
	void anEntityWhoseCollectionsAreLoadedIsTheSameRequestAsOneThatTheApplicationMade() {
		Purchase loaded = inSession((session) -> {
			Purchase purchase = session.find(Purchase.class, 1);
			Hibernate.initialize(purchase.customer);
			Hibernate.initialize(purchase.notes);
			Hibernate.initialize(purchase.lines);
			Hibernate.initialize(purchase.tags);
			Hibernate.initialize(purchase.prices);
			return purchase;
		});

		assertThat(loaded.notes).isInstanceOf(PersistentBag.class);
		assertThat(loaded.tags).isInstanceOf(PersistentSet.class);
		assertThat(loaded.prices).isInstanceOf(PersistentMap.class);
		Purchase made = purchase(new Customer(1, "Ada"));
		assertThat(digest(loaded, Purchase.class)).isEqualTo(digest(made, Purchase.class));
		made.tags.remove("a");
		assertThat(digest(loaded, Purchase.class)).isNotEqualTo(digest(made, Purchase.class));
	}

	@Test
	void aProxyThatIsNotLoadedIsRefusedInsideAndOutsideOfItsSession() {
		Customer proxy = inSession((session) -> {
			Customer reference = session.getReference(Customer.class, 1);
			assertRefusedWithoutLoading(reference, Customer.class);
			assertThat(Hibernate.isInitialized(reference)).isFalse();
			return reference;
		});

		assertRefusedWithoutLoading(proxy, Customer.class).withMessageContaining(Customer.class.getName() + " has");
	}

	@Test
	void aCollectionThatIsNotLoadedIsRefusedInsideAndOutsideOfItsSession() {
		Purchase purchase = inSession((session) -> {
			Purchase found = session.find(Purchase.class, 1);
			Hibernate.initialize(found.customer);
			assertRefusedWithoutLoading(found, Purchase.class);
			return found;
		});

		assertRefusedWithoutLoading(purchase, Purchase.class)
			.withMessageContaining(Purchase.class.getName() + ".lines has");
		for (Object collection : List.of(purchase.notes, purchase.lines, purchase.tags, purchase.prices)) {
			assertRefusedWithoutLoading(collection, Object.class);
		}
	}

	@Test
	void anEnhancedEntityIsRefusedWhileItLacksALazyAttribute() {
		Enhanced entity = new Enhanced();
		assertThat(digest(entity, Enhanced.class)).isEqualTo(digest(new Enhanced(), Enhanced.class));

		entity.$$_hibernate_setInterceptor(
				new LazyAttributeLoadingInterceptor(new EntityRelatedState("Enhanced", Set.of("text")), 1, null));

		assertRefusedWithoutLoading(entity, Enhanced.class).withMessageContaining("Enhanced has");
	}

	private ThrowableAssertAlternative<?> assertRefusedWithoutLoading(Object value, Class<?> type) {
		long statements = sessions.getStatistics().getPrepareStatementCount();
		ThrowableAssertAlternative<?> refusal = assertThatIllegalArgumentException()
			.isThrownBy(() -> digest(value, type))
			.withMessageStartingWith("argument 'entity' ")
			.withMessageContaining(" has not been loaded from the database; load it before the call")
			.withMessageContaining("payload attribute");
		assertThat(sessions.getStatistics().getPrepareStatementCount()).isEqualTo(statements);
		return refusal;
	}

	private static <T> T inSession(Function<Session, T> work) {
		return sessions.fromTransaction(work);
	}

	private Fingerprint digest(Object value, Class<?> type) {
		return this.digester.digest(List.of(new Part("argument 'entity'", type, value)));
	}

	private static Purchase purchase(Customer customer) {
		Purchase purchase = new Purchase();
		purchase.id = 1;
		purchase.customer = customer;
		purchase.notes = new ArrayList<>(List.of("note"));
		purchase.lines = new ArrayList<>(List.of("one", "two"));
		purchase.tags = new HashSet<>(Set.of("a", "b"));
		purchase.prices = new HashMap<>(Map.of("one", 1, "two", 2));
		return purchase;
	}

	@Entity(name = "Customer")
	static class Customer {

		@Id
		private int id;

		private String name;

		protected Customer() {
		}

		Customer(int id, String name) {
			this.id = id;
			this.name = name;
		}

		int getId() {
			return this.id;
		}

		String getName() {
			return this.name;
		}

	}

	@Entity(name = "Purchase")
	static class Purchase {

		@Id
		private int id;

		@ManyToOne(fetch = FetchType.LAZY)
		private Customer customer;

		@ElementCollection
		private List<String> notes;

		@ElementCollection
		@OrderColumn
		private List<String> lines;

		@ElementCollection
		private Set<String> tags;

		@ElementCollection
		private Map<String, Integer> prices;

		int getId() {
			return this.id;
		}

	}

	/** What the enhancer of Hibernate makes of an entity. */
	public static class Enhanced implements PersistentAttributeInterceptable {

		private transient PersistentAttributeInterceptor interceptor;

		private final int id = 1;

		@Basic(fetch = FetchType.LAZY)
		private String text;

		int getId() {
			return this.id;
		}

		String getText() {
			return this.text;
		}

		@Override
		public PersistentAttributeInterceptor $$_hibernate_getInterceptor() {
			return this.interceptor;
		}

		@Override
		public void $$_hibernate_setInterceptor(PersistentAttributeInterceptor interceptor) {
			this.interceptor = interceptor;
		}

	}

}
