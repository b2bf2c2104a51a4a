"""What people call the things that schemas name in English.

Keyed by the word in a table or column name; a name of several words is looked up whole first, then by its last
word. These are words only: which tables and columns exist is read from the database.
"""

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "customers": "client clients buyer buyers 客户 顾客 买家",
    "users": "user 用户",
    "products": "item items goods 产品 商品 货品",
    "reviews": "review comment comments 评论 评价",
    "comments": "comment 评论",
    "articles": "article post posts 文章",
    "tickets": "ticket support_ticket support_tickets 工单",
    "orders": "order purchase purchases 订单",
    "order_items": "order_item order_line order_lines line_items 订单明细 订单项 订单行",
    "logs": "log log_line log_lines log_entries 日志",
    "customer_tags": "customer_tag 客户标签",
    "employees": "employee staff 员工 雇员",
    "categories": "category 分类 类别",
    "payments": "payment 付款 支付记录",
    "invoices": "invoice 发票",
    "suppliers": "supplier 供应商",
    "departments": "department 部门",
}
COLUMNS: Mapping[str, str] = {
    "price": "prices cost costs priced 价格 售价 价钱",
    "unit_price": "unit_prices 单价",
    "rating": "ratings score scores stars rated 评分 打分 星级",
    "total": "totals amount amounts revenue sales turnover 金额 总额 销售额 营业额 总金额",
    "amount": "amounts 金额",
    "status": "statuses state states 状态",
    "category": "categories 分类 类别 品类",
    "city": "cities 城市",
    "shipping_city": "shipping_cities 收货城市 配送城市",
    "country": "countries 国家",
    "segment": "segments customer_segment 客户类型 细分 客群",
    "stock": "inventory in_stock 库存",
    "quantity": "quantities 数量",
    "name": "names 名称 名字 姓名",
    "name_cn": "名称 名字 chinese_name 中文名 中文名称",
    "name_en": "name english_name 英文名 英文名称",
    "title": "titles 标题",
    "subject": "subjects 主题",
    "description": "descriptions 描述 说明",
    "content": "contents text 内容",
    "body": "bodies 正文",
    "summary": "summaries 摘要 总结 概要",
    "sentiment": "sentiments 情感 情绪",
    "priority": "priorities 优先级",
    "risk_level": "risk_levels risk risks 风险等级 风险级别 风险",
    "error_type": "error_types 错误类型",
    "level": "levels 级别 等级",
    "message": "messages 消息 信息",
    "payment_method": "payment_methods 支付方式 付款方式",
    "email": "emails e-mail 邮箱 电子邮件",
    "phone": "phones 电话 手机号",
    "tag": "tags 标签",
    "created_at": "created creation_date 创建时间 创建日期",
    "published_at": "published publication_date 发布时间 发布日期",
    "salary": "salaries wage wages 工资 薪水",
    "age": "ages 年龄",
}
# Words for a column that mean its sum.
TOTALS = frozenset({"revenue", "sales", "turnover", "销售额", "营业额", "总额", "总金额"})
# What an adjective in front of a table's name can stand for, in this order ("shipped orders", "ERROR logs").
ADJECTIVE_COLUMNS = ("status", "level", "segment", "category", "state", "type", "priority")
PLACE_COLUMNS = ("city", "shipping_city", "town", "country", "location")
# A superlative that says which column it means.
MOST_OF: Mapping[str, str] = {
    "most_expensive": "price",
    "priciest": "price",
    "best_rated": "rating",
    "highest_rated": "rating",
    "top_rated": "rating",
    "最贵": "price",
    "评价最好": "rating",
}
LEAST_OF: Mapping[str, str] = {
    "cheapest": "price",
    "least_expensive": "price",
    "worst_rated": "rating",
    "lowest_rated": "rating",
    "最便宜": "price",
    "评价最差": "rating",
}
