-- The demo shop. Columns that start as NULL (summary, sentiment, category, priority, risk_level, error_type, tag,
-- and name_en of every sixth product) are there to be filled.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    email VARCHAR(120) NOT NULL UNIQUE,
    phone VARCHAR(30),
    city VARCHAR(40) NOT NULL,
    segment VARCHAR(20) NOT NULL CHECK (segment IN ('standard', 'vip', 'business')),
    created_at DATETIME NOT NULL
);
CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    name_cn VARCHAR(80) NOT NULL,
    name_en VARCHAR(80),
    description TEXT NOT NULL,
    category VARCHAR(40) NOT NULL,
    price DECIMAL(10, 2) NOT NULL,
    stock INTEGER NOT NULL,
    summary VARCHAR(500),
    created_at DATETIME NOT NULL
);
CREATE INDEX products_category ON products (category);
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    content TEXT NOT NULL,
    sentiment VARCHAR(20),
    created_at DATETIME NOT NULL
);
CREATE INDEX reviews_product ON reviews (product_id);
CREATE INDEX reviews_customer ON reviews (customer_id);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    title VARCHAR(200) NOT NULL,
    body TEXT NOT NULL,
    category VARCHAR(40),
    published_at DATETIME NOT NULL
);
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    subject VARCHAR(200) NOT NULL,
    description TEXT NOT NULL,
    priority VARCHAR(20),
    status VARCHAR(20) NOT NULL CHECK (status IN ('open', 'pending', 'closed')),
    created_at DATETIME NOT NULL
);
CREATE INDEX tickets_customer ON tickets (customer_id);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    status VARCHAR(20) NOT NULL,
    total DECIMAL(12, 2) NOT NULL,
    payment_method VARCHAR(30) NOT NULL,
    shipping_city VARCHAR(40) NOT NULL,
    risk_level VARCHAR(10),
    created_at DATETIME NOT NULL
);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_created ON orders (created_at);
CREATE TABLE order_items (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL,
    unit_price DECIMAL(10, 2) NOT NULL
);
CREATE INDEX order_items_order ON order_items (order_id);
CREATE INDEX order_items_product ON order_items (product_id);
CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    level VARCHAR(10) NOT NULL,
    message TEXT NOT NULL,
    error_type VARCHAR(40),
    created_at DATETIME NOT NULL
);
CREATE TABLE customer_tags (
    customer_id INTEGER PRIMARY KEY REFERENCES customers (id),
    tag VARCHAR(40)
);
