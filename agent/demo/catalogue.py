"""The words of the demo shop's products: per category the things sold, how they differ, and what is said of them.

Every pair is (Chinese, English). Fifteen kinds of each of ten things in eight categories make 1,200 distinct names.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """The same words in both languages of the shop."""

    cn: str
    en: str


def _phrases(text: str) -> tuple[Phrase, ...]:
    pairs = (pair.split("/") for pair in text.replace("\n", "").split(";"))
    return tuple(Phrase(cn=cn.strip(), en=en.strip()) for cn, en in pairs)


@dataclass(frozen=True, kw_only=True)
class Category:
    """One shelf of the shop."""

    name: str
    things: tuple[Phrase, ...]
    features: tuple[Phrase, ...]
    uses: tuple[Phrase, ...]
    cheapest: int
    dearest: int


STYLES = _phrases(
    "日常/Everyday;便携/Portable;经典/Classic;轻量/Lightweight;专业/Professional;迷你/Mini;豪华/Deluxe;环保/Eco;"
    "复古/Vintage;优选/Premium;限量/Limited;北欧/Nordic;儿童/Kids;旅行/Travel;舒适/Comfort"
)

CATEGORIES = (
    Category(
        name="Electronics",
        things=_phrases(
            "蓝牙耳机/Earbuds;充电宝/Power Bank;机械键盘/Keyboard;鼠标/Mouse;音箱/Speaker;台灯/Desk Lamp;"
            "摄像头/Webcam;手表/Watch;充电器/Charger;路由器/Router"
        ),
        features=_phrases(
            "外壳坚固，做工精细/the shell is solid and well finished;开箱即用/it works out of the box;"
            "能耗低/it uses little power;操作简单，老人也会用/it is simple enough for grandparents;"
            "接口通用，附送线材/it takes any USB-C cable and brings one;"
            "长时间使用也不发烫/it stays cool in long use"
        ),
        uses=_phrases("通勤/commuting;办公室/the office;游戏/gaming;视频会议/video calls;夜间学习/late-night study"),
        cheapest=59,
        dearest=1299,
    ),
    Category(
        name="Home",
        things=_phrases(
            "毛毯/Blanket;抱枕/Cushion;收纳盒/Storage Box;窗帘/Curtain;地毯/Rug;香薰/Diffuser;挂钟/Wall Clock;"
            "花瓶/Vase;晾衣架/Drying Rack;垃圾桶/Waste Bin"
        ),
        features=_phrases(
            "材质环保无异味/the material does not smell;一擦就干净/it wipes clean in a minute;"
            "颜色经久不褪/the colour does not fade;不用时容易收纳/it is easy to put away;"
            "细节处理用心/the details are finished by hand;适合各种装修风格/it goes with any interior"
        ),
        uses=_phrases("客厅/the living room;卧室/the bedroom;小户型/small flats;阳台/the balcony;租房/rented rooms"),
        cheapest=19,
        dearest=699,
    ),
    Category(
        name="Kitchen",
        things=_phrases(
            "不粘锅/Frying Pan;水壶/Kettle;刀具/Knife Set;咖啡机/Coffee Maker;饭盒/Lunch Box;榨汁机/Juicer;"
            "砧板/Cutting Board;电饭煲/Rice Cooker;保温杯/Thermos;烤盘/Baking Tray"
        ),
        features=_phrases(
            "全部采用食品级材料/every part is food-safe;冲洗方便/it rinses clean in a minute;"
            "手感舒适/it sits well in the hand;结实耐用/it stands years of daily use;"
            "不占地方/it needs little room on the counter;设计简洁实用/the design is plain and practical"
        ),
        uses=_phrases("家庭早餐/family breakfasts;露营/camping;带饭上班/packed lunches;烘焙/baking;聚会/parties"),
        cheapest=29,
        dearest=899,
    ),
    Category(
        name="Clothing",
        things=_phrases(
            "卫衣/Hoodie;羽绒服/Down Jacket;衬衫/Shirt;牛仔裤/Jeans;围巾/Scarf;运动袜/Socks;皮带/Belt;"
            "帽子/Cap;风衣/Trench Coat;睡衣/Pyjamas"
        ),
        features=_phrases(
            "走线细密/the stitching is tight;面料亲肤/the fabric is soft on the skin;"
            "洗后不变形/it keeps its shape in the wash;颜色百搭/the colours go with everything;"
            "四季可穿/it can be worn all year;上身舒适/it is comfortable from the first day"
        ),
        uses=_phrases(
            "日常穿着/everyday wear;秋冬出行/autumn and winter;办公室/the office;周末/weekends;送礼/a present"
        ),
        cheapest=25,
        dearest=1099,
    ),
    Category(
        name="Beauty",
        things=_phrases(
            "面膜/Face Mask;口红/Lipstick;护手霜/Hand Cream;洗发水/Shampoo;防晒霜/Sunscreen;精华液/Serum;"
            "牙刷/Toothbrush;香水/Perfume;剃须刀/Shaver;吹风机/Hair Dryer"
        ),
        features=_phrases(
            "经过皮肤测试/it has been tested on skin;温和不刺激/it is gentle and does not sting;"
            "敏感肌可用/it suits sensitive skin;小巧好携带/it fits into a coat pocket;"
            "包装可回收/the packaging can be recycled;使用方便/it takes no more than a minute"
        ),
        uses=_phrases(
            "日常护理/daily care;干燥的冬天/dry winters;旅行/travel;化妆前打底/a base before make-up;"
            "送妈妈/Mother's Day"
        ),
        cheapest=15,
        dearest=599,
    ),
    Category(
        name="Sports",
        things=_phrases(
            "瑜伽垫/Yoga Mat;跑鞋/Running Shoes;哑铃/Dumbbells;帐篷/Tent;登山杖/Trekking Pole;泳镜/Goggles;"
            "跳绳/Skipping Rope;骑行头盔/Bike Helmet;背包/Backpack;羽毛球拍/Badminton Racket"
        ),
        features=_phrases(
            "材质耐磨/the material takes years of wear;轻巧不累赘/it weighs next to nothing;"
            "防水防汗/water and sweat do not harm it;新手友好/beginners get used to it at once;"
            "附赠收纳袋/a bag to carry it comes with it;经专业运动员试用/it has been tried by professionals"
        ),
        uses=_phrases(
            "晨跑/morning runs;健身房/the gym;周末徒步/weekend hikes;亲子运动/sport with children;初学者/beginners"
        ),
        cheapest=29,
        dearest=1499,
    ),
    Category(
        name="Toys",
        things=_phrases(
            "积木/Building Blocks;拼图/Jigsaw;毛绒熊/Teddy Bear;遥控车/Remote Car;桌游/Board Game;画板/Drawing Board;"
            "恐龙模型/Dinosaur Model;魔方/Puzzle Cube;风筝/Kite;小火车/Train Set"
        ),
        features=_phrases(
            "边角打磨圆润/the edges are rounded;通过安全认证/it is certified for children;"
            "色彩鲜明/the colours are bright;启发想象力/it feeds the imagination;"
            "结实耐摔/it survives a fall;附有彩色说明书/a picture booklet comes with it"
        ),
        uses=_phrases(
            "三岁以上/ages three and up;亲子时光/family evenings;生日礼物/birthdays;幼儿园/nursery school;"
            "长途旅行/long trips"
        ),
        cheapest=19,
        dearest=499,
    ),
    Category(
        name="Office",
        things=_phrases(
            "笔记本/Notebook;钢笔/Fountain Pen;办公椅/Office Chair;文件夹/Folder;白板/Whiteboard;订书机/Stapler;"
            "显示器支架/Monitor Arm;计算器/Calculator;便签/Sticky Notes;护腕垫/Wrist Rest"
        ),
        features=_phrases(
            "用料扎实/the material is solid;外观简洁/it looks good on any desk;"
            "使用顺手/it is pleasant to use all day;多色可选/it comes in six colours;"
            "节省空间/it saves space;经久耐用/it lasts for years"
        ),
        uses=_phrases(
            "会议记录/meeting notes;远程办公/working from home;考试/exams;设计师/designers;新同事/new colleagues"
        ),
        cheapest=9,
        dearest=999,
    ),
)
